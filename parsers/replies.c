/* Order is precedence: what one provider says in words of its own comes first, words that many use
 * later, and words that may stand beside a better reason last. Replies hold host names, addresses
 * and links, so a bare "spam" or "policy" proves nothing: each pattern is a phrase. Replies of
 * several lines have codes in mid-sentence ("that this 550-5.7.1 message is"). */
#include "replies.h"

#include <stddef.h>

/* The word itself, not a part of a host name or link. */
#define SPAM_WORD "spam([^a-z0-9./_-]|[.] |[.]?$)"
const struct pattern reply_patterns[] = {
    /* Ourselves, and other Postfix servers. */
    {"sender address rejected: not owned by user", REASON_NOT_OWNER},
    {"sender address rejected: not logged in", REASON_NOT_OWNER},
    {"sender address rejected: undeliverable address", REASON_POLICY},
    {"sender address rejected: unverified address", REASON_POLICY},
    {"sender address rejected: user unknown in ", REASON_POLICY},
    {"sender address rejected: (domain|malformed)", REASON_POLICY},
    {"recipient address rejected: gr[ae]y-?list", REASON_GREYLIST},
    {"recipient address rejected: (user unknown|unknown user|undeliverable address|no "
     "such|unverified address: (host|.{0,80}(user|mailbox|no such)))",
     REASON_USER_UNKNOWN},
    {"user unknown in (virtual|local|relay) [a-z ]{0,16}table", REASON_USER_UNKNOWN},
    {"relay access denied", REASON_RELAY_DENIED},

    /* Gmail. */
    {"email account that you tried to (550-5[.]1[.]1 )?reach (550-5[.]1[.]1 )?does not exist",
     REASON_USER_UNKNOWN},
    {"email account that you tried to .{0,24}is (disabled|inactive)", REASON_USER_UNKNOWN},
    {"email account that you tried to .{0,24}is over quota", REASON_MAILBOX_FULL},
    {"recipient's inbox is out of storage", REASON_MAILBOX_FULL},
    {"gsmtp.{0,8}nosuchuser|p=nosuchuser", REASON_USER_UNKNOWN},
    {"mail sent from your ip address has been .{0,14}temporarily .{0,14}(rate limited|blocked)",
     REASON_RATE},
    {"(unusual|suspicious) rate of .{0,14}unsolicited mail.{0,99} temporarily", REASON_RATE},
    {"temporarily rate limited", REASON_RATE},
    {"(receiving|receives) mail .{0,14}(too quickly|at a rate that)", REASON_RATE},
    {"daily (user )?(smtp )?(sending|relay) (limit|quota) exceeded", REASON_RATE},
    {"unusual rate of .{0,14}unsolicited mail", REASON_BLOCKED},
    {"very low reputation of the .{0,14}sending (ip|domain)", REASON_BLOCKED},
    {"suspicious due to the .{0,14}nature of the content", REASON_SPAM},
    {"message is likely .{0,14}(unsolicited|suspicious)", REASON_SPAM},
    {"detected that this .{0,14}message is .{0,14}likely", REASON_SPAM},
    {"reduce the .{0,14}amount of spam", REASON_SPAM},
    {"content presents a potential .{0,14}security", REASON_SPAM},
    {"not accepted due to .{0,14}domain's .{0,14}dmarc policy", REASON_AUTH_POLICY},
    {"does not have authentication .{0,14}information or fails to .{0,14}pass", REASON_AUTH_POLICY},
    {"(sender|mail|message) is .{0,14}unauthenticated", REASON_AUTH_POLICY},
    {"requires all senders to .{0,14}authenticate", REASON_AUTH_POLICY},
    {"does not have a .{0,14}ptr record", REASON_POLICY},
    {"missing .{0,14}a valid .{0,14}message-id header|multiple .{0,14}(from|addresses in from) "
     "header",
     REASON_POLICY},

    /* Outlook.com, Hotmail, Exchange Online, Exchange. */
    {"part of .{0,14}their network is on our block ?list", REASON_BLOCKED},
    {"is on our block ?list [(](s3140|s3150|s3145)", REASON_BLOCKED},
    {"[(](s3140|s3145|s3150)[)]", REASON_BLOCKED},
    {"[(](s775|s776|s77[0-9]{3}|s844|s843)[)]", REASON_RATE},
    {"(ou|sc|dy)-00[1-4] .{0,40}unfortunately", REASON_BLOCKED},
    {"rp-00[1-3] .{0,40}unfortunately", REASON_RATE},
    {"weren't sent[.] please contact your internet service provider", REASON_BLOCKED},
    {"exceeded the (message |connection )?rate limit", REASON_RATE},
    {"banned sending ip", REASON_BLOCKED},
    {"access denied, banned sender", REASON_BLOCKED},
    {"access denied, bad outbound sender", REASON_BLOCKED},
    {"spam abuse detected", REASON_BLOCKED},
    {"traffic not accepted from this ip", REASON_BLOCKED},
    {"client blocked from sending from unregistered domain", REASON_POLICY},
    {"tenant has exceeded threshold", REASON_RATE},
    {"recipient address rejected: access denied[.]? ?as[(]20", REASON_USER_UNKNOWN},
    {"recipientnotfound|recipient not found by smtp address", REASON_USER_UNKNOWN},
    {"resolver[.]adr[.](exrecipnotfound|invalidinsmtp|bad)", REASON_USER_UNKNOWN},
    {"quotaexceededexception|shutoffquotaexceeded", REASON_MAILBOX_FULL},
    {"because of sender policy framework violation", REASON_AUTH_POLICY},
    {"sending domain .{0,80}does not pass dmarc", REASON_AUTH_POLICY},
    {"required authentication level", REASON_AUTH_POLICY},
    {"client does not have permissions? to send as this sender", REASON_NOT_OWNER},
    {"sendasdenied", REASON_NOT_OWNER},
    {"client (was|is) not authenticated to send", REASON_RELAY_DENIED},
    {"client not authenticated to send", REASON_RELAY_DENIED},
    {"tenantattribution", REASON_RELAY_DENIED},
    {"transport[.]rules[.]rejectmessage|rejected by organization policy", REASON_POLICY},
    {"resolver[.]rst[.](authrequired|notauthorized|sendernotauth|recipsizelimit)", REASON_POLICY},
    {"content ?filter[.]?(agent)?.{0,30}message (was )?rejected (by|as) content|message rejected "
     "by content filtering",
     REASON_SPAM},
    {"server busy[.] please try again later", REASON_RATE},
    {"insufficient system (resources|storage)", REASON_OTHER},
    {"too many recipients [(]as", REASON_RATE},

    /* Yahoo, AOL, and those they run. */
    {"[[]tss?0[1-9][]]", REASON_RATE},
    {"[[]tss(1[0-9]|2[0-9])[]]|permanently deferred", REASON_BLOCKED},
    {"temporarily deferred due to .{0,40}(complaints|volume)", REASON_RATE},
    {"[[](bl2[1-3]|gl01|ipts04)[]]", REASON_BLOCKED},
    {"[[]ph01[]]", REASON_SPAM},
    {"this user doesn't have a (yahoo|aol|ymail)", REASON_USER_UNKNOWN},
    {"message not accepted for policy reasons", REASON_SPAM},
    {"hvu:b[0-9]|rly:(b|nw|sn)|dyn:t1|rtr:bb|con:b1|dnsbl:rbl", REASON_BLOCKED},

    /* Apple. */
    {"mail from ip .{0,45}was rejected due to listing", REASON_BLOCKED},
    {"[[](cs01|hm0[0-9])[]] message rejected due to local policy", REASON_SPAM},
    {"proofpoint dynamic reputation", REASON_BLOCKED},

    /* GMX, web.de, mail.com, 1&1, T-Online, freenet. */
    {"reject due to policy restrictions", REASON_POLICY},
    {"ip address is black ?listed", REASON_BLOCKED},
    {"nemesis esmtp service not available", REASON_RATE},
    {"sender address is not allowed", REASON_NOT_OWNER},
    {"(none|no) of your servers .{0,30}reputation|bad reputation at t-online", REASON_BLOCKED},
    {"ask your postmaster for help or to contact tosa", REASON_BLOCKED},
    {"mailaccount is inactive|unknown local user", REASON_USER_UNKNOWN},

    /* Orange, La Poste, Free, SFR. */
    {"\\bofr_?(102|105|109|110|111|112|999)\\b|ofr00[0-9]_10[0-9]", REASON_BLOCKED},
    {"\\bofr_?(506|004|005)\\b", REASON_RATE},
    {"\\bofr_?(416|417|515)\\b|adresse d au moins un destinataire invalide", REASON_USER_UNKNOWN},
    {"\\blpn00[0-9]_(108|109|110)\\b", REASON_BLOCKED},
    {"\\blpn00[0-9]_(401|402|104|105)\\b", REASON_RATE},
    {"\\blpn00[0-9]_(416|510)\\b", REASON_USER_UNKNOWN},
    {"too many spams from your ip|spam detected by free", REASON_BLOCKED},

    /* Libero, Tiscali, Aruba, mail.ru, Yandex, Rambler. */
    {"libero said spam|ib-?(604|605|603)[a-z]?", REASON_SPAM},
    {"spam message (rejected|discarded|blocked)", REASON_SPAM},
    {"message rejected under suspicion of spam", REASON_SPAM},
    {"550 spam message rejected[.] please visit", REASON_SPAM},
    {"non-local sender verification failed|notallow", REASON_POLICY},
    {"account is unavailable|message was not accepted -- invalid mailbox", REASON_USER_UNKNOWN},
    {"invalid mailbox", REASON_USER_UNKNOWN},
    {"message rejected as a virus|virus (was )?(found|detected)", REASON_SPAM},

    /* QQ, 163, 126, aliyun. */
    {"(^|[^a-z])dt:spm", REASON_SPAM},
    {"(^|[^a-z])(hl:(itc|rep|dnsbl)|dt:(sum|rbl)|mi:(dmc|fwd))", REASON_BLOCKED},
    {"(^|[^a-z])(hl:(icc|iql|ifc|mep)|mi:(ceto|iml|mfr)|ip:(qpm|qst)|rp:(qrc|cel|trc))",
     REASON_RATE},
    {"(^|[^a-z])mi:spf|(^|[^a-z])dt:dkim", REASON_AUTH_POLICY},
    {"(^|[^a-z])(mi:nbl|rp:rmb|mi:nbs)", REASON_USER_UNKNOWN},
    {"mail content denied", REASON_SPAM},
    {"suspected bounce attacks|mailbox unavailable or access denied", REASON_POLICY},
    {"(ip|connection) frequency limited|domain frequency limited", REASON_RATE},
    {"non-?existent? account|mailbox not found", REASON_USER_UNKNOWN},

    /* Comcast, Charter, Cox, AT&T, Verizon, Earthlink. */
    {"bl00000[0-9]|blocked for spam[.] please see", REASON_BLOCKED},
    {"rl00000[0-9]", REASON_RATE},
    {"aup#(out-)?(1[0-9]{3}|i-1[0-9]{3}|cdrbl|cxsnrbl|snd-dom)|cxsnrbl|aup#cdrbl", REASON_BLOCKED},
    {"aup#(in-)?(12|13)[0-9]{2}", REASON_RATE},
    {"flph[0-9]{3}|dnsbl:attrbl|abuse_rbl@", REASON_BLOCKED},
    {"resources restricted|(e[0-9]{4} )?charter has (limited|blocked)", REASON_BLOCKED},

    /* Filters for hire. */
    {"anti-?spoofing policy", REASON_AUTH_POLICY},
    {"administrative prohibition - envelope blocked", REASON_BLOCKED},
    {"local ct ip reputation policy|csi-prevented", REASON_BLOCKED},
    {"invalid recipient - https?://(community|kb)[.]mimecast", REASON_USER_UNKNOWN},
    {"spamcop[.]net|cloudmark sender intelligence|cloudfilter|csi[.]cloudmark", REASON_BLOCKED},
    {"ipcheck[.]proofpoint|blocked - see https?://.{0,40}proofpoint", REASON_BLOCKED},
    {"barracuda ?(central|networks|reputation)|bl=b[.]barracudacentral", REASON_BLOCKED},
    {"message blocked due to spam content|permanent failure for one or more recipients "
     ".{0,80}:blocked",
     REASON_SPAM},
    {"(poor|bad|low|insufficient|negative) (sender ?base |ip |email |sender |sending |domain |web "
     ")?(reputation|reputation score)",
     REASON_BLOCKED},
    {"(due to|because of|based on) .{0,20}reputation", REASON_BLOCKED},
    {"senderbase|talosintelligence[.]com", REASON_BLOCKED},
    {"visit www[.]messagelabs[.]com/support", REASON_BLOCKED},
    {"email reputation service|trend ?micro .{0,12}(rbl|ers )|mail-abuse[.]com", REASON_BLOCKED},
    {"antispameurope|hornetsecurity", REASON_BLOCKED},

    /* Counted things, some of which have names of better reasons in them. */
    {"too many ([a-z]+ "
     "){0,2}(messages?|mails?|e-?mails?|connections?|sessions?|recipients?|errors?|requests?|"
     "attempts?|commands?|rcpts?|deliveries|transactions?|users?)([^a-z]|$)",
     REASON_RATE},
    {"(daily|hourly|sending|message|outgoing|outbound|recipient) (message |mail |sending |rate "
     ")?(quota|limit|rate)s? ?(has been |was |is )?(exceeded|reached|hit)",
     REASON_RATE},

    /* The recipient does not exist, in anybody's words. */
    {"(user|recipient|mailbox|account|address|e-?mail|alias|local ?part|addressee)( address)?( is| "
     "was)? (unknown|not known|not found|non-?existent)",
     REASON_USER_UNKNOWN},
    {"unknown (user|recipient|mailbox|local.?part|address|account|to address|virtual|e-?mail)",
     REASON_USER_UNKNOWN},
    {"no such (user|recipient|mailbox|account|person|address|local|e-?mail|mail "
     "?drop|virtual|domain user)",
     REASON_USER_UNKNOWN},
    {"sender .{0,50}(does not|doesn't) exist", REASON_POLICY},
    {"(does not|doesn't|doesnt|do not|did not) exist", REASON_USER_UNKNOWN},
    {"(user|recipient|mailbox|account).{0,24} "
     "(disabled|inactive|suspended|deactivated|closed|terminated|discontinued|expired|deleted)",
     REASON_USER_UNKNOWN},
    {"no mailbox (here|by that name|found)", REASON_USER_UNKNOWN},
    {"(invalid|bad) (recipient|mailbox|user|rcpt|destination (mailbox|address))",
     REASON_USER_UNKNOWN},
    {"(recipient|mailbox|user) (is )?(invalid|not valid|not a valid|not exist|undeliverable)",
     REASON_USER_UNKNOWN},
    {"not (a |our |an )?(valid|known|existing|local) "
     "(user|recipient|mailbox|customer|account|address)",
     REASON_USER_UNKNOWN},
    {"(find|verify|locate) (the |this |a )?(recipient|user|mailbox|account)", REASON_USER_UNKNOWN},
    {"(accept|receive) mail for this (address|user)|not (present|listed) in (the "
     ")?(directory|domino|public)",
     REASON_USER_UNKNOWN},
    {"(not|n't) have an? (account|mailbox)", REASON_USER_UNKNOWN},
    {"no longer (valid|available|in use|works?|employed|on (this )?server|active|accepts)",
     REASON_USER_UNKNOWN},
    {"unrouteable address|all relevant mx records point to non-existent", REASON_USER_UNKNOWN},
    {"user not (exist|listed|in |local)|user account is unavailable", REASON_USER_UNKNOWN},
    {"recipient (verify|verification) fail|callout verification failed|no valid recipient",
     REASON_USER_UNKNOWN},
    {"#5[.]1[.]1|vdeliver: invalid or unknown", REASON_USER_UNKNOWN},
    {"destinataire inconnu|utilisateur inconnu|usuario (desconocido|inexistente)|benutzer (ist "
     ")?unbekannt|empf.{1,2}nger unbekannt|utente sconosciuto",
     REASON_USER_UNKNOWN},

    /* Come back later: greylisting. */
    {"[^.a-z-]gr[ae]y-? ?list", REASON_GREYLIST},
    {"(postgrey|sqlgrey|milter-greylist)[ ;:,]", REASON_GREYLIST},
    {"first (contact|time|attempt) (from|of|we|you|for|seen)|temporarily rejected, first "
     "contact|unknown triplet",
     REASON_GREYLIST},
    {"try again in [0-9]{1,5} ?(sec|min).{0,24}(new|unknown) sender", REASON_GREYLIST},

    /* No room. */
    {"(mailbox|mail box|inbox|account|maildir|user|recipient|disk|storage)('s)?( storage| mailbox| "
     "disk)?( is| has| are)?( temporarily| too| almost)? (full|over ?quota)",
     REASON_MAILBOX_FULL},
    {"(over|out of|exceed|exceeds|exceeded|exceeding|above|overdrawn) (the |his |their |its |your "
     "|allowed |storage |disk |mailbox )?(allowed |storage |disk |mailbox |diskspace "
     ")?(quota|storage)",
     REASON_MAILBOX_FULL},
    {"(quota|storage|disk space) (is |has been |would be |limit "
     ")?(exceeded|full|exhausted|reached|violation)",
     REASON_MAILBOX_FULL},
    {"mailbox (size )?(limit |quota )?(has been |is |has )?(exceeded|reached|too large)",
     REASON_MAILBOX_FULL},
    {"(not enough|no|insufficient) (disk|storage|mailbox|free|space|room)( space| storage| room)?( "
     "|$|[;.,])",
     REASON_MAILBOX_FULL},
    {"no space left on device|full mailbox|overquota|mailboxfull", REASON_MAILBOX_FULL},
    {"(^| )[45][.]2[.]2 ", REASON_MAILBOX_FULL},

    /* SPF, DKIM, DMARC. */
    {"[^a-z.](spf|sender policy framework)[^a-z.].{0,48}(fail|reject|not "
     "|n't|violat|neutral|deny|denied|forbid|mismatch)",
     REASON_AUTH_POLICY},
    {"(fail|failed|fails|rejected|violat|violates|due to|because of|pass|by|against) (the "
     ")?(spf|sender policy framework|dmarc|dkim)([^a-z.]|$)",
     REASON_AUTH_POLICY},
    {"dmarc.{0,24}(fail|reject|policy|quarantine|violat|not aligned)", REASON_AUTH_POLICY},
    {"dkim.{0,24}(fail|invalid|missing|required|bad|reject|not )", REASON_AUTH_POLICY},
    {"openspf[.](org|net)|sender id [(]pra[)]", REASON_AUTH_POLICY},
    {"(unauthenticated|unauthori[sz]ed) (e?mail|sender|message)", REASON_AUTH_POLICY},
    {"not (permitted|authorized|allowed|designated) (to send|sender) .{0,20}(for|from) (the "
     ")?domain",
     REASON_AUTH_POLICY},

    /* The content is called spam. */
    {"(rejected|refused|blocked|classified|identified|detected|considered|marked|flagged|tagged|"
     "recogni[sz]ed|categori[sz]ed|treated|scored|denied|judged|deemed)( as| to be| like)?( an?| "
     "high| possible| probable| likely| suspected)? " SPAM_WORD,
     REASON_SPAM},
    {"(looks|look|seems?|appears?|smells?)( a lot)?( to be| like)?( a)? " SPAM_WORD, REASON_SPAM},
    {"(suspected|possible|probable|potential|probably|likely|definite|probability "
     "of|confidence|contains|containing|it is|to be) " SPAM_WORD,
     REASON_SPAM},
    {" - (spam|infected|spammy|banned)([^a-z.-]|$)", REASON_SPAM},
    {"[^a-z0-9./@_-]spam[- "
     "]?(messages?|mail|e-?mail|content|like|detected|found|suspected|identified|pattern|signature|"
     "characteristics|level|probability) ",
     REASON_SPAM},
    {"spam[- ]?(score|points|level)[^a-z/]", REASON_SPAM},
    {"(spam|spammy|unsolicited|unwanted|junk)[- ](content|e?-?mail|message|bulk)", REASON_SPAM},
    {"(rejected|refused|blocked|denied) (by|due to|because of|for) (the |our |your |its |a "
     ")?(anti-?spam|spam[- ]?(filter|policy|content|check|score|rule)|content|message content)",
     REASON_SPAM},
    {"anti-?spam (system|filter|policy|engine|check|rule|protection)", REASON_SPAM},
    {"(contains?|detected|found|containing|known)( an?)? "
     "(virus|malware|trojan|phish|malicious|forbidden url|dangerous|harmful|suspicious)",
     REASON_SPAM},
    {"surbl|uribl|listed in (the )?dbl", REASON_SPAM},
    {" (gtube|phishing|pyzor|razor2|vade ?(retro|secure))|suspicious (content|message|mail)",
     REASON_SPAM},
    {"(message|mail) content (rejected|not accepted|refused|unacceptable|blocked|denied)",
     REASON_SPAM},

    /* Our address, network or domain is listed. */
    {"blocked using ", REASON_BLOCKED},
    {"spamhaus|[^a-z.](dnsbl|rbl)[^a-z.]|rbldns|sorbs[.]net|uceprotect|spamcop|psbl[.]|mailspike|"
     "nixspam|manitu[.]net|abusix|invaluement|senderscore|hostkarma|njabl|spamrats|gbudb|"
     "backscatterer|s5h[.]net|lashback",
     REASON_BLOCKED},
    {"listed (at|by|in|on|as) ", REASON_BLOCKED},
    {"(black|block|deny)-? ?list(ed|ing|s)?([^a-z.-]|[.] |[.]?$)", REASON_BLOCKED},
    {"(message|mail|e-?mail|attachment|file) (has been|was|is) "
     "(blocked|banned|refused|rejected|denied)",
     REASON_POLICY},
    {"(has been|have been|is|are|was|were|been|being|got) (permanently |temporarily |currently "
     "|now )?(blocked|banned)",
     REASON_BLOCKED},
    {"(abuse|spamming|spam (source|sent|sender|originating|from)|sending spam|open "
     "(relay|proxy)|botnet|infected host|dictionary attack|harvest|user complaints) ",
     REASON_BLOCKED},
    {"for spam([^a-z.-]|[.] |$)|too much spam|known (spam|abuse)|spam(mer|ming)( source| "
     "host|s?[^a-z.-])",
     REASON_BLOCKED},
    {"(blocked|banned) (by|for|due to|because|until|[(])|(ip|client|host) (blocked|banned)|blocked "
     "(ip|sender|host)",
     REASON_BLOCKED},
    {"(request|for) (removal|delist|unblock)|delisting|delist@", REASON_BLOCKED},
    {"dynamic (ip|address|range|pool)|dial-?up|residential (ip|address)|generic "
     "(ptr|rdns|reverse|hostname)",
     REASON_BLOCKED},
    {"(bad|poor|low) (ip |sender |domain )?(reputation|rating)| reputation[^a-z/]", REASON_BLOCKED},

    /* Too much, too fast. */
    {"(rate|throughput|frequency|volume|speed)[ -]?(limit|limited|limiting|control|exceeded)",
     REASON_RATE},
    {"throttl(ed|ing|e)([^a-z.-]|[.]?$)|rate (is )?too high|sending too (fast|many|much)|slow down",
     REASON_RATE},
    {"max(imum)? (number of |allowed )?(concurrent |simultaneous |parallel "
     ")?(connections|sessions|messages|recipients|mails)",
     REASON_RATE},
    {"(connection|concurrency|session|submission|per.?(hour|day|minute)|mail|email) (rate |count "
     ")?(limit|quota|threshold)s? (has been |was |is )?(exceeded|reached|hit)",
     REASON_RATE},
    {"(exceeded|exceeds|exceeding|over|reached|hit) (the |your |its |our |a |maximum |allowed "
     ")*(hourly|daily|rate|sending|message|connection|recipient|outgoing|outbound)",
     REASON_RATE},
    {"excessive (message|mail|connection|rate|number)|(high|unusual|unexpected) "
     "(volume|traffic|rate)",
     REASON_RATE},
    {"(server|system|service) (is )?(too |currently |temporarily )?(busy|overloaded)|too busy|load "
     "average|overloaded",
     REASON_RATE},

    /* No relaying, no login. */
    {"[^a-z.-]relay(ing|ed)?( access| of mail| to| for| not| is| attempt)?( [^ ]{1,80})? "
     "(denied|not |permitted|prohibited|refused|forbidden|disallowed|rejected)",
     REASON_RELAY_DENIED},
    {"(cannot|can't|not|n't|unable to)( be| allowed to| permitted to| authorized to)? relay|no "
     "relaying|not a relay",
     REASON_RELAY_DENIED},
    {"rcpthosts", REASON_RELAY_DENIED},
    {"(authentication|auth|smtp-?auth)( is)? (required|needed|mandatory)|must (first "
     ")?(authenticate|login|log in)|please authenticate|need(s)? to authenticate|pop before smtp",
     REASON_RELAY_DENIED},
    {"(non-local|not a local|not local|not hosted) (domain|host|here|recipient|address)",
     REASON_RELAY_DENIED},

    /* Who may send as whom. */
    {"(not owned by|does not match|not match|not belong to) (the |your |sasl |this "
     ")?(user|login|account|authenticated|authorized|auth)",
     REASON_NOT_OWNER},
    {"to send (mail |e?-?mail |messages? )?(as|on behalf of) (this|that|the|other|another|anyone)",
     REASON_NOT_OWNER},
    {"sender (address )?(verify|verification) fail", REASON_POLICY},

    /* Other rules. */
    {"(sender address|recipient address|client host|helo command|data command|end-of-data) "
     "rejected: [a-z]",
     REASON_POLICY},
    {"(local|site|company|corporate|administrative|security|server|network) policy|policy "
     "(violation|reason|restriction|reject|block|grounds|prohibit)|rejected: policy",
     REASON_POLICY},
    {"(due to|by|for|violates?|against|because of) (our |the |local |a |site |security "
     ")?polic(y|ies)",
     REASON_POLICY},
    {"administrative(ly)? (prohibited|denied|prohibition)|prohibited by (the )?administrator",
     REASON_POLICY},
    {"(access|permission|delivery|connection|message|mail|session)( was| is| has been)? "
     "(denied|not (permitted|allowed|authorized|accepted)|prohibited|forbidden)",
     REASON_POLICY},
    {"(size|length|message|mail|data) (exceeds|limit|too (large|big|long)|larger than)|too "
     "(big|large)( for|$)|maximum (message )?size",
     REASON_POLICY},
    {"(attachment|file type|extension)s? .{0,24}(not allowed|not accepted|not "
     "permitted|blocked|banned|prohibited|forbidden)|banned (file|attachment)|attachments? not "
     "allowed",
     REASON_POLICY},
    {"(bad|invalid|malformed|illegal|missing|duplicate|broken) ([a-z-]+ "
     ")?(header|helo|ehlo|from|date|message-id|sender|mime|line ending|charset|hostname|ptr|rdns)",
     REASON_POLICY},
    {"reverse (dns|hostname|lookup|mapping)|rdns|fcrdns|forward.confirmed|cannot find your "
     "(hostname|reverse)",
     REASON_POLICY},
    {"rfc ?(2?821|2?822|5321|5322)|bare (lf|newline|cr)|8bitmime|smtputf8 (is )?required",
     REASON_POLICY},
    {"loops? (detected|back to myself)|mail loop|too many hops|hop count exceeded|message "
     "looping|routing loop",
     REASON_POLICY},
    {"rejected by (the )?(recipient|user|rule|system|filter|server|milter|administrator)|message "
     "(rejected|refused|discarded)",
     REASON_POLICY},
    {"(not|n't) (allowed|authori[sz]ed|permitted)|unauthori[sz]ed|not acceptable", REASON_POLICY},

    /* Words that often mean an unknown user, but may mean more. */
    {"mailbox (name )?(is )?(unavailable|not available|not allowed|invalid)|recipient (is )?(not "
     "accepted|rejected|unavailable|refused)|undeliverable address|[^a-z] address rejected|bad "
     "address",
     REASON_USER_UNKNOWN},
    {"(^| )5[.]1[.][16] |no account (here|by that|found)|user reject", REASON_USER_UNKNOWN},

    /* It was never reached. */
    {"host or domain name not found|name service error|domain (name )?(not found|does not "
     "resolve)|no (mx|dns|a) record|nxdomain|dns (error|lookup|fail|timeout|problem)|no mail "
     "?servers? |malformed dns|nullmx|null mx|does not accept mail|unable to (resolve|look ?up)",
     REASON_UNREACHABLE},
    {"(host|hostname|name or service|service) (not found|unknown|not known)", REASON_UNREACHABLE},
    {"connection (refused|timed out|reset|closed|lost|dropped|aborted|died)|timed out|read "
     "timeout|lost connection|no route to host|network (is )?unreachable|host (is "
     ")?(unreachable|down)|remote host closed|broken pipe|network error on destination",
     REASON_UNREACHABLE},
    {"(tls|ssl|starttls)( session| handshake| negotiation| connection| is|:)? "
     "(fail|required|unavailable|not |error|mandatory|verif)|cannot start tls|certificate "
     "(verif|not|has|expired|mismatch)|mta-sts|no shared cipher|must issue a? ?starttls",
     REASON_UNREACHABLE},
    {"refused to talk to me|(hosts?|servers?|mx(es)?) .{0,30}have been failing|retry time(out)? "
     "(not reached|exceeded)|mail transport unavailable|not responding|delivery temporarily "
     "suspended",
     REASON_UNREACHABLE},

    /* Understood as a refusal, no more. */
    {"(^| )[45][0-9]{2}[ -]", REASON_OTHER},
    {"temporar(y|ily) |try again|try later|local error|server error|configuration "
     "(error|problem)|action aborted",
     REASON_OTHER},
    {NULL, REASON_NONE},
};
