#define _GNU_SOURCE /* O_CLOEXEC */
#include "pseudonym.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "kept.h"

enum { KEY_BYTES = 32, KEY_BYTES_MAX = 4096, PSEUDONYM_CHARS = 20, NAME_BYTES_MAX = 1024 };

struct pseudonyms {
    const struct report *report;
    enum pseudonymise mode;
    unsigned char key[KEY_BYTES_MAX];
    size_t key_len;
    struct str *logins; /* sorted */
    size_t login_count;
};

static bool make_key(const char *path, struct err *err)
{
    unsigned char key[KEY_BYTES];
    if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key)
        return err_sys(err, STATUS_OUTPUT, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_sys(err, STATUS_OUTPUT, path);
    bool ok = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    if (!ok)
        err_sys(err, STATUS_OUTPUT, path);
    close(fd);
    return ok;
}

static bool read_key(struct pseudonyms *pseudonyms, const char *path, struct err *err)
{
    enum { KEY_BYTES_MIN = 16 };
    if (access(path, F_OK) != 0 && !make_key(path, err))
        return false;
    FILE *file = fopen(path, "rbe");
    if (!file)
        return err_sys(err, STATUS_USAGE, path);
    pseudonyms->key_len = fread(pseudonyms->key, 1, sizeof pseudonyms->key, file);
    fclose(file);
    return pseudonyms->key_len >= KEY_BYTES_MIN ||
           err_set(err, STATUS_USAGE, "%s: not a key: fewer than 16 bytes", path);
}

static int compare_names(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < shorter; i++) {
        int x = char_lower(a.ptr[i]), y = char_lower(b.ptr[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

static int compare_logins(const void *a, const void *b)
{
    return compare_names(*(const struct str *)a, *(const struct str *)b);
}

/* A login of two letters would be found in every line. */
static void add_login(struct pseudonyms *pseudonyms, struct str name)
{
    enum { LOGIN_BYTES_MIN = 3 };
    if (name.len < LOGIN_BYTES_MIN)
        return;
    pseudonyms->logins =
        xrealloc(pseudonyms->logins, pseudonyms->login_count + 1, sizeof *pseudonyms->logins);
    pseudonyms->logins[pseudonyms->login_count++] = name;
}

static void gather_logins(struct pseudonyms *pseudonyms)
{
    const struct report *report = pseudonyms->report;
    for (uint32_t i = 0; i < report->account_count; i++) {
        const struct account_report *account = &report->accounts[i];
        add_login(pseudonyms, account->name);
        for (uint32_t k = 0; k < account->login_name_count; k++)
            add_login(pseudonyms, account->login_names[k]);
    }
    if (pseudonyms->login_count > 1)
        qsort(pseudonyms->logins, pseudonyms->login_count, sizeof *pseudonyms->logins,
              compare_logins);
}

struct pseudonyms *pseudonyms_new(const struct report *report, enum pseudonymise mode,
                                  const char *path, struct err *err)
{
    struct pseudonyms *pseudonyms = xcalloc(1, sizeof *pseudonyms);
    pseudonyms->report = report;
    pseudonyms->mode = mode;
    if (mode != PSEUDONYMISE_NONE && !read_key(pseudonyms, path, err)) {
        free(pseudonyms);
        return NULL;
    }
    gather_logins(pseudonyms);
    return pseudonyms;
}

void pseudonyms_free(struct pseudonyms *pseudonyms)
{
    if (!pseudonyms)
        return;
    OPENSSL_cleanse(pseudonyms->key, sizeof pseudonyms->key);
    free(pseudonyms->logins);
    free(pseudonyms);
}

static bool is_login(const struct pseudonyms *pseudonyms, struct str name)
{
    return pseudonyms->mode != PSEUDONYMISE_RECIPIENTS && pseudonyms->login_count &&
           bsearch(&name, pseudonyms->logins, pseudonyms->login_count, sizeof name,
                   compare_logins) != NULL;
}

/* The last '@' divides: a quoted local part may hold one. */
static struct str domain_of(struct str name)
{
    ptrdiff_t at = str_find_last_char(name, '@');
    return at == STR_NOT_FOUND ? STR("") : str_skip(name, (size_t)at + 1);
}

static struct str local_of(struct str name)
{
    struct str domain = domain_of(name);
    return domain.ptr == name.ptr || !domain.len ? name : str_head(name, name.len - domain.len - 1);
}

/* p- and 20 characters of base32: letters and digits alone, so that it is an address still. */
static size_t write_pseudonym(const struct pseudonyms *pseudonyms, struct str name, char *text)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char message[NAME_BYTES_MAX + 8] = "rcpt", digest[EVP_MAX_MD_SIZE] = {0};
    size_t len = 5; /* with the NUL */
    name = str_head(name, NAME_BYTES_MAX);
    for (size_t i = 0; i < name.len; i++)
        message[len++] = (unsigned char)char_lower(name.ptr[i]);
    if (domain_of(name).len == 0)
        message[len++] = '@';
    HMAC(EVP_sha256(), pseudonyms->key, (int)pseudonyms->key_len, message, len, digest, NULL);
    text[0] = 'p';
    text[1] = '-';
    for (unsigned i = 0; i < PSEUDONYM_CHARS; i++) {
        unsigned bit = 5 * i, pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];
        text[2 + i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    return 2 + PSEUDONYM_CHARS;
}

/* A line being rewritten. */
struct rewrite {
    const struct pseudonyms *pseudonyms;
    struct str line;
    const struct field *fields;
    uint32_t field_count;
    char *text;
    size_t len;
};

static void put(struct rewrite *rewrite, struct str text)
{
    if (text.len)
        memcpy(rewrite->text + rewrite->len, text.ptr, text.len);
    rewrite->len += text.len;
}

static void put_name(struct rewrite *rewrite, struct str name)
{
    struct str domain = domain_of(name);
    rewrite->len += write_pseudonym(rewrite->pseudonyms, name, rewrite->text + rewrite->len);
    if (!domain.len)
        return;
    put(rewrite, STR("@"));
    put(rewrite, domain);
}

static bool is_local(const struct pseudonyms *pseudonyms, struct str domain)
{
    const struct facts *facts = pseudonyms->report->facts;
    for (uint32_t i = 0; facts && i < facts->local_domain_count; i++)
        if (str_eq_nocase(facts_str(facts, facts->local_domains[i]), domain))
            return true;
    const struct kept *kept = facts ? NULL : pseudonyms->report->kept;
    for (uint32_t i = 0; kept && i < kept->local_domain_count; i++)
        if (str_eq_nocase(kept->local_domains[i], domain))
            return true;
    return false;
}

/* The address that the attacker wrote as the sender stays, unless it is somebody's here. */
static bool hides_sender(const struct pseudonyms *pseudonyms, struct str sender)
{
    return sender.len && (pseudonyms->mode == PSEUDONYMISE_ALL_BUT_ATTACKER ||
                          is_local(pseudonyms, domain_of(sender)) || is_login(pseudonyms, sender));
}

enum treatment { TREAT_KEEP, TREAT_NAME, TREAT_SUBJECT, TREAT_TEXT };

static enum treatment treatment_of(const struct rewrite *rewrite, const struct field *field)
{
    const struct pseudonyms *pseudonyms = rewrite->pseudonyms;
    struct str value = {field->ptr, field->len};
    switch (field->id) {
    case FIELD_RECIPIENT:
    case FIELD_ORIG_RECIPIENT:
        return value.len ? TREAT_NAME : TREAT_KEEP;
    case FIELD_SASL_USERNAME:
    case FIELD_SASL_SENDER:
        return value.len && pseudonyms->mode != PSEUDONYMISE_RECIPIENTS ? TREAT_NAME : TREAT_TEXT;
    case FIELD_SENDER:
        return hides_sender(pseudonyms, value) ? TREAT_NAME : TREAT_KEEP;
    case FIELD_MESSAGE_ID:
    case FIELD_RESENT_MESSAGE_ID:
    case FIELD_QUEUE_ID:
    case FIELD_CLIENT_IP:
    case FIELD_CLIENT_NAME:
    case FIELD_CLIENT_PORT:
        return TREAT_KEEP;
    case FIELD_SUBJECT:
    case FIELD_HEADER_VALUE:
        return TREAT_SUBJECT;
    default:
        return TREAT_TEXT;
    }
}

/* The first field at or behind that place which is not just text. */
static const struct field *next_field(const struct rewrite *rewrite, const char *from,
                                      enum treatment *ret)
{
    const struct field *found = NULL;
    for (uint32_t i = 0; i < rewrite->field_count; i++) {
        const struct field *field = &rewrite->fields[i];
        enum treatment treatment = treatment_of(rewrite, field);
        if (treatment == TREAT_TEXT || field->ptr < from || field->len == 0 ||
            (found && field->ptr >= found->ptr))
            continue;
        found = field;
        *ret = treatment;
    }
    return found;
}

static bool is_name_char(char c)
{
    return char_is_alnum(c) || (c != '\0' && strchr("._+-!#$%&*/?^`{|}~'=", c)) || (c & 0x80);
}

static bool is_domain_char(char c)
{
    return char_is_alnum(c) || c == '.' || c == '-' || (c & 0x80);
}

/* Of a quoted local part that ends before at, its beginning; else at itself. */
static size_t quoted_begin(struct str text, size_t at)
{
    if (at < 2 || text.ptr[at - 1] != '"')
        return at;
    for (size_t i = at - 1; i-- > 0;)
        if (text.ptr[i] == '"' && (i == 0 || text.ptr[i - 1] != '\\'))
            return i;
    return at;
}

/* The address around the '@' at that index. */
static bool address_at(struct str text, size_t at, size_t *ret_begin, size_t *ret_end)
{
    size_t begin = quoted_begin(text, at), end = at + 1;
    if (begin == at)
        while (begin > 0 && is_name_char(text.ptr[begin - 1]))
            begin--;
    /* "user=bob@x": what stands before is the name of a field */
    for (size_t i = begin; i < at; i++)
        if (text.ptr[i] == '=' && i > begin && text.ptr[begin] != '"') {
            bool word = true;
            for (size_t k = begin; k < i; k++)
                word = word && (char_is_lower(text.ptr[k]) || text.ptr[k] == '_');
            begin = word ? i + 1 : begin;
            break;
        }
    while (end < text.len && is_domain_char(text.ptr[end]))
        end++;
    *ret_begin = begin;
    *ret_end = end;
    return begin < at && end > at + 1;
}

/* A name of this line, or a login, that stands alone as a word. */
static bool is_victim_word(const struct rewrite *rewrite, struct str word)
{
    enum { WORD_BYTES_MIN = 3 };
    if (word.len < WORD_BYTES_MIN)
        return false;
    for (uint32_t i = 0; i < rewrite->field_count; i++) {
        struct str value = {rewrite->fields[i].ptr, rewrite->fields[i].len};
        if (treatment_of(rewrite, &rewrite->fields[i]) == TREAT_NAME &&
            (str_eq_nocase(value, word) || str_eq_nocase(local_of(value), word)))
            return true;
    }
    return is_login(rewrite->pseudonyms, word);
}

static size_t word_end(struct str text, size_t from)
{
    while (from < text.len &&
           (is_domain_char(text.ptr[from]) || text.ptr[from] == '_' || text.ptr[from] == '+'))
        from++;
    return from;
}

/* Text without an address: words that are names, but not names of fields. */
static void put_words(struct rewrite *rewrite, struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t end = word_end(text, at);
        struct str word = str_head(str_skip(text, at), end - at);
        while (word.len && word.ptr[word.len - 1] == '.')
            word.len--;
        bool key = end < text.len && text.ptr[end] == '=';
        if (word.len && !key && is_victim_word(rewrite, word)) {
            put_name(rewrite, word);
            put(rewrite, str_head(str_skip(text, at + word.len), end - at - word.len));
        } else {
            put(rewrite, str_head(str_skip(text, at), end - at));
        }
        if (end < text.len)
            put(rewrite, str_head(str_skip(text, end), 1));
        at = end + 1;
    }
}

static void put_text(struct rewrite *rewrite, struct str text)
{
    size_t done = 0;
    for (size_t i = 0; i < text.len; i++) {
        size_t begin, end;
        if (text.ptr[i] != '@' || !address_at(text, i, &begin, &end))
            continue;
        if (begin < done)
            begin = done;
        put_words(rewrite, str_head(str_skip(text, done), begin - done));
        put_name(rewrite, str_head(str_skip(text, begin), end - begin));
        done = end;
        i = end - 1;
    }
    put_words(rewrite, str_skip(text, done));
}

static void put_field(struct rewrite *rewrite, const struct field *field, enum treatment treatment)
{
    struct str value = {field->ptr, field->len};
    char text[48];
    if (treatment == TREAT_NAME) {
        put_name(rewrite, value);
    } else if (treatment == TREAT_SUBJECT) {
        int len = snprintf(text, sizeof text, "[subject, %u bytes]", (unsigned)value.len);
        put(rewrite, (struct str){text, (size_t)len});
    } else {
        put(rewrite, value);
    }
}

/* What a host or a program is called is no victim's name: names begin behind "program[pid]: ". */
static size_t head_len(struct str line)
{
    ptrdiff_t colon = str_find(line, STR(": "));
    return colon == STR_NOT_FOUND ? 0 : (size_t)colon;
}

struct str pseudonymise_line(const struct pseudonyms *pseudonyms, struct str line,
                             const struct field *fields, uint32_t field_count, struct arena *arena)
{
    struct rewrite rewrite = {pseudonyms, line, fields, field_count, NULL, 0};
    if (pseudonyms->mode == PSEUDONYMISE_NONE)
        return line;
    /* Three bytes ("a@b", a word) become at most 2 + 20 more. */
    rewrite.text = arena_chars(arena, line.len * 10 + 64 * ((size_t)field_count + 2));
    const char *from = line.ptr + head_len(line), *end = line.ptr + line.len;
    put(&rewrite, str_between(line.ptr, from));
    enum treatment treatment = TREAT_KEEP;
    const struct field *field;
    while ((field = next_field(&rewrite, from, &treatment))) {
        put_text(&rewrite, str_between(from, field->ptr));
        put_field(&rewrite, field, treatment);
        from = field->ptr + field->len;
    }
    put_text(&rewrite, str_between(from, end));
    return (struct str){rewrite.text, rewrite.len};
}

struct str pseudonymise_sender(const struct pseudonyms *pseudonyms, struct str sender,
                               struct arena *arena)
{
    struct rewrite rewrite = {pseudonyms, sender, NULL, 0, NULL, 0};
    if (pseudonyms->mode == PSEUDONYMISE_NONE || !hides_sender(pseudonyms, sender))
        return sender;
    rewrite.text = arena_chars(arena, sender.len + 64);
    put_name(&rewrite, sender);
    return (struct str){rewrite.text, rewrite.len};
}

const char *pseudonymise_note(enum pseudonymise mode)
{
    switch (mode) {
    case PSEUDONYMISE_NONE:
        return "nothing, but for passwords and tokens.";
    case PSEUDONYMISE_RECIPIENTS:
        return "the local parts of addresses of recipients, and subjects\n"
               "(same name, same pseudonym). Nothing else. The unchanged lines are kept.";
    case PSEUDONYMISE_ALL_BUT_ATTACKER:
        return "the local parts of all addresses, login names and subjects\n"
               "(same name, same pseudonym). Nothing else. The unchanged lines are kept.";
    default:
        return "local parts of recipients\nand users, login names and subjects (same name, same "
               "pseudonym). "
               "Nothing else.\nThe unchanged lines are kept.";
    }
}
