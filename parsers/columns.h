/* Logs that are tables of comma-separated values (Microsoft Exchange: message tracking, SMTP,
 * IMAP4 and POP3 protocol logs; exports of Get-MessageTrackingLog). Which column is which stands
 * in a header line above the rows ("#Fields: ..."), again wherever the service was restarted. Rows
 * with no header above them are read by the layouts that Microsoft ships, told by their number of
 * columns. Names: learn.microsoft.com, "Message tracking", "Protocol logging". */
#ifndef POSTMORTEM_COLUMNS_H
#define POSTMORTEM_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum { COLUMNS_MAX = 48 };

/* X(enumerator, name in #Fields, name in an export) */
/* clang-format off */
#define COLUMNS(X) \
    X(COLUMN_OTHER, "", "") \
    X(COLUMN_TIME, "date-time", "Timestamp") \
    X(COLUMN_CLIENT_IP, "client-ip", "ClientIp") \
    X(COLUMN_CLIENT_HOSTNAME, "client-hostname", "ClientHostname") \
    X(COLUMN_SERVER_IP, "server-ip", "ServerIp") \
    X(COLUMN_SERVER_HOSTNAME, "server-hostname", "ServerHostname") \
    X(COLUMN_SOURCE_CONTEXT, "source-context", "SourceContext") \
    X(COLUMN_CONNECTOR_ID, "connector-id", "ConnectorId") \
    X(COLUMN_SOURCE, "source", "Source") \
    X(COLUMN_EVENT_ID, "event-id", "EventId") \
    X(COLUMN_INTERNAL_MESSAGE_ID, "internal-message-id", "InternalMessageId") \
    X(COLUMN_MESSAGE_ID, "message-id", "MessageId") \
    X(COLUMN_NETWORK_MESSAGE_ID, "network-message-id", "NetworkMessageId") \
    X(COLUMN_RECIPIENTS, "recipient-address", "Recipients") \
    X(COLUMN_RECIPIENT_STATUS, "recipient-status", "RecipientStatus") \
    X(COLUMN_TOTAL_BYTES, "total-bytes", "TotalBytes") \
    X(COLUMN_RECIPIENT_COUNT, "recipient-count", "RecipientCount") \
    X(COLUMN_RELATED_RECIPIENT, "related-recipient-address", "RelatedRecipientAddress") \
    X(COLUMN_REFERENCE, "reference", "Reference") \
    X(COLUMN_SUBJECT, "message-subject", "MessageSubject") \
    X(COLUMN_SENDER, "sender-address", "Sender") \
    X(COLUMN_RETURN_PATH, "return-path", "ReturnPath") \
    X(COLUMN_MESSAGE_INFO, "message-info", "MessageInfo") \
    X(COLUMN_DIRECTIONALITY, "directionality", "Directionality") \
    X(COLUMN_TENANT_ID, "tenant-id", "TenantId") \
    X(COLUMN_ORIGINAL_CLIENT_IP, "original-client-ip", "OriginalClientIp") \
    X(COLUMN_ORIGINAL_SERVER_IP, "original-server-ip", "OriginalServerIp") \
    X(COLUMN_CUSTOM_DATA, "custom-data", "EventData") \
    X(COLUMN_TRAFFIC_TYPE, "transport-traffic-type", "TransportTrafficType") \
    X(COLUMN_LOG_ID, "log-id", "LogId") \
    X(COLUMN_SCHEMA_VERSION, "schema-version", "SchemaVersion") \
    X(COLUMN_SESSION, "session-id", "sessionId") \
    X(COLUMN_SEQUENCE, "sequence-number", "seqNumber") \
    X(COLUMN_LOCAL_ENDPOINT, "local-endpoint", "sIp") \
    X(COLUMN_REMOTE_ENDPOINT, "remote-endpoint", "cIp") \
    X(COLUMN_EVENT, "event", "event") \
    X(COLUMN_DATA, "data", "data") \
    X(COLUMN_CONTEXT, "context", "context") \
    X(COLUMN_USER, "user", "user") \
    X(COLUMN_COMMAND, "command", "command") \
    X(COLUMN_PARAMETERS, "parameters", "parameters") \
    X(COLUMN_DURATION, "duration", "duration") \
    X(COLUMN_REQUEST_BYTES, "rqsize", "rqsize") \
    X(COLUMN_RESPONSE_BYTES, "rpsize", "rpsize") \
    X(COLUMN_PUID, "puid", "puid")
/* clang-format on */

#define X(name, text, export) name,
enum column { COLUMNS(X) COLUMN_COUNT };
#undef X

enum table {
    TABLE_UNASKED,  /* before the first line of a file */
    TABLE_NONE,     /* the file is no table */
    TABLE_UNSTATED, /* it is one, but no header was seen yet */
    TABLE_STRANGE,  /* a header of no log known here */
    TABLE_TRACKING,
    TABLE_SMTP,    /* SMTP receive or send */
    TABLE_MAILBOX, /* IMAP4 or POP3 */
    /* Listings of a queue (listing.h), which have no columns. */
    TABLE_MAILQ,
    TABLE_POSTQUEUE, /* postqueue -j */
    TABLE_SENDMAIL_QUEUE,
    TABLE_EXIM_QUEUE,
    TABLE_QUEUE_SIZES, /* zmqstat */
};

/* The column map that holds for the rows below. */
struct columns {
    uint8_t table; /* enum table */
    uint8_t count;
    uint8_t names[COLUMNS_MAX]; /* enum column by place */
};

static inline bool columns_is_listing(const struct columns *columns)
{
    return columns->table >= TABLE_MAILQ;
}

/* Stamps a block of whole lines with the map that holds at its start, and brings *now up to its
   end. The first line of a file decides whether it is a table at all. */
void columns_follow(struct columns *now, const char *data, size_t bytes, struct columns *ret_stamp);

/* Is the line a comment ("#Software: ...") or a header? Of a header, *now becomes the map. */
bool columns_header(struct str line, struct columns *now);

/* The values of a row by column: without their quotes, doubled quotes within as they stand; ptr
   NULL where the log has no such column. */
struct row {
    uint8_t table; /* enum table */
    struct str values[COLUMN_COUNT];
};

/* NULL, or why the line is no row. */
const char *columns_row(struct str line, const struct columns *now, struct row *ret);

#endif
