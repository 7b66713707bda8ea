#include "html.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "escape.h"
#include "html_parts.h"

/* The files that the build puts into the program; without dygraphs its two are empty. */
extern const struct str report_css, report_js, dygraph_css, dygraph_js;

enum { DIGEST_BASE64 = 48 };

/* The first piece may end with a comment: a line end stands behind it. */
enum { PIECES = 4 };
struct element {
    const char *name;
    struct str pieces[PIECES];
};

/* 'sha256-...' of what stands in the element: the policy allows it alone. */
static void write_source(struct out *out, const struct element *element)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    unsigned char text[DIGEST_BASE64];
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    bool ok = hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1;
    for (unsigned i = 0; i < PIECES && ok; i++)
        ok = EVP_DigestUpdate(hash, element->pieces[i].ptr, element->pieces[i].len) == 1;
    if (!ok || EVP_DigestFinal_ex(hash, digest, NULL) != 1)
        memset(digest, 0, sizeof digest); /* allows nothing: the report still reads */
    EVP_MD_CTX_free(hash);
    EVP_EncodeBlock(text, digest, sizeof digest);
    out_printf(out, " 'sha256-%s'", (const char *)text);
}

static void write_element(struct out *out, const struct element *element)
{
    out_printf(out, "<%s>", element->name);
    for (unsigned i = 0; i < PIECES; i++)
        out_str(out, element->pieces[i]);
    out_printf(out, "</%s>\n", element->name);
}

/* What every printed page says at its foot, as a rule of style: of the case id only what no quote
 * can hide in. */
static struct str page_foot(struct html *html, const char *case_id)
{
    char id[64] = "", digest[DIGEST_TEXT];
    size_t len = 0;
    for (const char *c = case_id ? case_id : ""; *c && len + 1 < sizeof id; c++)
        if (char_is_alnum(*c) || strchr(" ._-", *c))
            id[len++] = *c;
    return str_of(arena_printf(
        &html->arena, "@page{@bottom-left{font-size:8px;content:\"%s%s%s\"}}\n", id,
        *id ? "   " : "", html->json_digest ? digest_text(html->json_digest, digest) : ""));
}

static void head(struct html *html, const struct element *style, const struct element *script)
{
    struct out *out = html->out;
    html_raw(html, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n<meta "
                   "http-equiv=Content-Security-Policy content=\"default-src 'none'; img-src "
                   "data:; base-uri 'none'; "
                   "form-action 'none'; style-src");
    write_source(out, style);
    html_raw(html, "; script-src");
    write_source(out, script);
    html_raw(html,
             "\">\n<meta name=viewport content=\"width=device-width, initial-scale=1\">\n<meta "
             "name=referrer content=no-referrer>\n<title>postmortem: ");
    html_text(html, html->report->systems ? html->report->systems : "mail logs");
    html_raw(html, "</title>\n");
    write_element(out, style);
    html_raw(html, "</head><body>\n");
}

void html_write(const struct report *report, const uint8_t *json_digest, const char *case_id,
                struct out *out)
{
    const struct element script = {"script", {dygraph_js, STR("\n"), report_js, STR("")}};
    const struct style style = {.columns = STYLE_COLUMNS};
    struct report inside = *report;
    inside.case_dir = ""; /* seen from the case folder, whose place it must not tell */
    struct html html = {.out = out,
                        .report = &inside,
                        .json_digest = json_digest,
                        .begin = out_bytes(out),
                        .open = "",
                        .close = ""};
    html.rows = rows_of(&inside, &style);
    html.listed = listed_of(&inside);
    html.bins = bins_of(&inside, &html.rows, &html.listed);
    page_open(&html.page, &inside, &style, out);
    struct element sheet = {"style",
                            {dygraph_css, STR("\n"), report_css, page_foot(&html, case_id)}};
    head(&html, &sheet, &script);
    arena_reset(&html.arena);
    html_first_screen(&html);
    html_raw(&html, "<div class=rest>\n");
    html_subjects(&html);
    html_bins_table(&html);
    html_graph(&html);
    html_campaigns(&html);
    html_queue(&html);
    html_prevention(&html);
    html_habits(&html);
    html_tables(&html);
    html_raw(&html, "</div>\n");
    write_element(out, &script);
    html_raw(&html, "</body></html>\n");
    page_close(&html.page);
    bins_free(&html.bins);
    listed_free(&html.listed);
    rows_free(&html.rows);
    arena_free(&html.arena);
}
