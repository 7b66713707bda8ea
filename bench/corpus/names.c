#include "names.h"

#include <stdio.h>

#include "memory.h"

static const char first_names[64][10] = {
    "agnes", "albin",  "alma",   "anton",  "astrid", "bela",   "birgit", "bruno",
    "carla", "cedric", "clara",  "dario",  "delia",  "doris",  "edgar",  "elena",
    "emil",  "erika",  "fabio",  "fiona",  "franz",  "gerda",  "gustav", "hanna",
    "heidi", "hugo",   "ida",    "igor",   "ines",   "ivan",   "jana",   "jonah",
    "julia", "karel",  "katrin", "kilian", "lena",   "leon",   "livia",  "lorenz",
    "magda", "marco",  "mia",    "milan",  "nadja",  "nils",   "nora",   "olaf",
    "olga",  "paul",   "petra",  "quirin", "renata", "robin",  "rosa",   "silvan",
    "sonja", "stefan", "tamara", "timo",   "ursula", "viktor", "wanda",  "yves",
};

static const char last_names[64][12] = {
    "abegg",  "amsler",  "bader",    "baumann", "berger",  "bieri",   "blum",   "bosch",
    "brandt", "burri",   "conti",    "dietz",   "dubois",  "egger",   "ernst",  "fabian",
    "favre",  "fischer", "forster",  "frei",    "gasser",  "gerber",  "graf",   "gross",
    "haas",   "hofer",   "huber",    "imhof",   "jung",    "kaiser",  "keller", "kern",
    "koch",   "kunz",    "lang",     "lehmann", "lutz",    "maier",   "marti",  "moser",
    "nagel",  "novotny", "odermatt", "peter",   "pfister", "rossi",   "roth",   "rusch",
    "sauter", "schenk",  "schmid",   "seiler",  "stein",   "steiner", "suter",  "thoma",
    "ulrich", "vogel",   "wagner",   "weber",   "widmer",  "wirth",   "zeller", "zimmer",
};

static const char words[32][10] = {
    "alpine",  "amber",   "atlas",  "birch",  "bright", "cedar",  "clear",   "copper",
    "delta",   "eastern", "falcon", "forest", "garden", "golden", "granite", "harbor",
    "iron",    "lake",    "linden", "maple",  "meadow", "metro",  "nordic",  "ocean",
    "orchard", "pine",    "quartz", "river",  "silver", "summit", "valley",  "western",
};

static const char trades[16][12] = {
    "logistics", "tools", "print", "consult", "foods", "media", "energy", "travel",
    "design",    "legal", "parts", "clinic",  "cloud", "works", "school", "transport",
};

static const char freemail[DOMAIN_FREEMAIL_COUNT][24] = {
    "postbox-free.example", "quickmail.example", "webpost.example",
    "freebox.test",         "mailhub.example",   "ourmail.test",
};

static const char brands[16][14] = {
    "parcel", "bank", "pay", "invoice", "account", "support", "billing",  "delivery",
    "wallet", "card", "tax", "refund",  "secure",  "login",   "customer", "service",
};

static const char roles[16][12] = {
    "info", "sales", "support", "office", "billing", "noreply", "service", "security",
    "team", "admin", "account", "news",   "orders",  "help",    "contact", "alerts",
};

void put_person(struct writer *out, uint32_t person)
{
    uint32_t number = person / PERSON_NAMES;
    static const char separators[4] = {'.', '_', '-', '.'};
    put(out, first_names[person & 63]);
    put_char(out, separators[number & 3]);
    put(out, last_names[person >> 6 & 63]);
    if (number)
        put_number(out, number);
}

void put_role(struct writer *out, uint32_t person)
{
    put(out, roles[person & 15]);
    if (person >> 4)
        put_number(out, person >> 4);
}

static void add(struct domains *domains, const char *name, uint64_t seed)
{
    domains->items =
        memory_grow(domains->items, &domains->capacity, domains->count + 1, sizeof *domains->items);
    struct domain *domain = &domains->items[domains->count];
    uint64_t h = random_mix(seed, domains->count);
    domain->reply = (uint8_t)(h % REPLY_STYLES);
    snprintf(domain->name, sizeof domain->name, "%s", name);
    snprintf(domain->relay, sizeof domain->relay, "mx%u.%s[%u.%u.%u.%u]",
             (unsigned)(h >> 8 & 1) + 1, domain->name, (unsigned)(h >> 16) % 80 + 20,
             (unsigned)(h >> 24 & 255), (unsigned)(h >> 32 & 255), (unsigned)(h >> 40) % 254 + 1);
    domains->count++;
}

void domains_make(struct domains *domains, const char *local, size_t remote, uint64_t seed)
{
    char name[48];
    add(domains, local, seed);
    for (size_t i = 0; i < DOMAIN_FREEMAIL_COUNT; i++)
        add(domains, freemail[i], seed);
    for (size_t i = 0; i < remote; i++) {
        uint64_t h = random_mix(seed, i + 1000);
        snprintf(name, sizeof name, "%s-%s%zu.%s", words[h & 31], trades[h >> 5 & 15], i,
                 h >> 9 & 3 ? "example" : "test");
        add(domains, name, seed);
    }
}

uint16_t domains_forge(struct domains *domains, struct random *random)
{
    char name[48];
    const char *first = brands[random_below(random, 16)];
    const char *second = brands[random_below(random, 16)];
    snprintf(name, sizeof name, "%s-%s%zu.example", first, second, domains->count);
    add(domains, name, random_next(random));
    return (uint16_t)(domains->count - 1);
}
