#include "campaign.h"

enum { SLOT_USEC = 300 * 1000000 };

void campaign_failed(struct campaign *campaign, int64_t now)
{
    campaign->failures++;
    if (!campaign->guessed)
        campaign->guessed = now;
    campaign->last_try = now;
}

void campaign_entered(struct campaign *campaign, int64_t now)
{
    campaign->reads++;
    if (!campaign->entered)
        campaign->entered = now;
    campaign->last_try = now;
}

void campaign_sent(struct campaign *campaign, int64_t now, int64_t arrived, uint32_t recipients,
                   bool test)
{
    campaign->messages++;
    campaign->recipients += recipients;
    if (!campaign->entered || arrived < campaign->entered)
        campaign->entered = arrived;
    if (!campaign->first && !test)
        campaign->first = arrived;
    campaign->last = campaign->last_try = now;
    if (now / SLOT_USEC != campaign->slot) {
        campaign->slot = now / SLOT_USEC;
        campaign->slot_recipients = 0;
    }
    campaign->slot_recipients += recipients;
    if (campaign->slot_recipients > campaign->peak) {
        campaign->peak = campaign->slot_recipients;
        campaign->peak_slot = campaign->slot * SLOT_USEC;
    }
}
