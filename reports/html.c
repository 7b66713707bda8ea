#include "html.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "html_parts.h"

/* The files that the build puts into the program; without dygraphs its two are empty. */
extern const struct str report_css, report_js, dygraph_css, dygraph_js;

enum { DIGEST_BASE64 = 48 };

/* 'sha256-...' of one element of the two pieces, which is what html_write puts into it. */
static void write_source(struct out *out, struct str first, struct str second)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    unsigned char text[DIGEST_BASE64];
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (!hash || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1 ||
        EVP_DigestUpdate(hash, first.ptr, first.len) != 1 || EVP_DigestUpdate(hash, "\n", 1) != 1 ||
        EVP_DigestUpdate(hash, second.ptr, second.len) != 1 ||
        EVP_DigestFinal_ex(hash, digest, NULL) != 1)
        memset(digest, 0, sizeof digest); /* allows nothing: the report still reads */
    EVP_MD_CTX_free(hash);
    EVP_EncodeBlock(text, digest, sizeof digest);
    out_printf(out, " 'sha256-%s'", (const char *)text);
}

static void element(struct out *out, const char *name, struct str first, struct str second)
{
    out_printf(out, "<%s>", name);
    out_str(out, first);
    out_char(out, '\n'); /* the first may end with a comment */
    out_str(out, second);
    out_printf(out, "</%s>\n", name);
}

static void head(struct html *html)
{
    struct out *out = html->out;
    html_raw(html, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n<meta "
                   "http-equiv=Content-Security-Policy content=\"default-src 'none'; img-src "
                   "data:; base-uri 'none'; "
                   "form-action 'none'; style-src");
    write_source(out, dygraph_css, report_css);
    html_raw(html, "; script-src");
    write_source(out, dygraph_js, report_js);
    html_raw(html,
             "\">\n<meta name=viewport content=\"width=device-width, initial-scale=1\">\n<meta "
             "name=referrer content=no-referrer>\n<title>postmortem: ");
    html_text(html, html->report->systems ? html->report->systems : "mail logs");
    html_raw(html, "</title>\n");
    element(out, "style", dygraph_css, report_css);
    html_raw(html, "</head><body>\n");
}

void html_write(const struct report *report, const uint8_t *json_digest, struct out *out)
{
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
    head(&html);
    html_first_screen(&html);
    html_raw(&html, "<div class=rest>\n");
    html_subjects(&html);
    html_bins_table(&html);
    html_graph(&html);
    html_queue(&html);
    html_habits(&html);
    html_tables(&html);
    html_raw(&html, "</div>\n");
    element(out, "script", dygraph_js, report_js);
    html_raw(&html, "</body></html>\n");
    page_close(&html.page);
    bins_free(&html.bins);
    listed_free(&html.listed);
    rows_free(&html.rows);
    arena_free(&html.arena);
}
