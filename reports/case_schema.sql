-- The schema of case.db. Times are RFC 3339 in UTC with Z, so that they sort as text; what is not
-- known is NULL; 1 and 0 are yes and no. Figures of accounts and findings are those of report.json.
-- The seven states add up to recipients: delivered, bounced, expired, removed, held, deferred, queued.

CREATE TABLE meta (
  key TEXT PRIMARY KEY, -- tool_version, model, log_first, log_end, ongoing, rows left out, ...
  value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE input (
  id INTEGER PRIMARY KEY, -- the number that "input" means everywhere else
  path TEXT NOT NULL,
  member TEXT, -- of an archive
  bytes INTEGER NOT NULL, lines INTEGER NOT NULL, recognised INTEGER NOT NULL,
  sha256 TEXT, -- of the path as received
  first TEXT, last TEXT,
  holds_log INTEGER NOT NULL,
  year_rule TEXT, zone_rule TEXT, -- how its year and zone were settled
  damage TEXT
) STRICT;

CREATE TABLE account (
  id INTEGER PRIMARY KEY, -- most suspect first
  name TEXT NOT NULL,
  verdict TEXT NOT NULL, -- confirmed, likely, suspicious, watch, none
  class TEXT,
  score_db REAL NOT NULL, evidence_db REAL NOT NULL,
  ongoing INTEGER,
  messages INTEGER NOT NULL, recipients INTEGER NOT NULL, recipients_basis TEXT,
  delivered INTEGER NOT NULL, bounced INTEGER NOT NULL, expired INTEGER NOT NULL,
  removed INTEGER NOT NULL, held INTEGER NOT NULL, deferred INTEGER NOT NULL, queued INTEGER NOT NULL,
  maybe_removed INTEGER NOT NULL, rejected INTEGER NOT NULL, messages_refused INTEGER NOT NULL,
  logins INTEGER NOT NULL, login_failures INTEGER NOT NULL,
  foreign_messages INTEGER NOT NULL, -- the intruders' share
  foreign_recipients INTEGER NOT NULL, foreign_delivered INTEGER NOT NULL,
  mailbox_opened INTEGER, mailbox_protocol TEXT, mailbox_first TEXT, mailbox_last TEXT,
  guess TEXT, access TEXT, test TEXT, abuse TEXT, -- the window of the incident
  peak TEXT, last_accept TEXT, containment TEXT, last_try TEXT,
  left_censored INTEGER NOT NULL, -- the log begins in the middle of it
  would_change TEXT -- what would change the verdict
) STRICT;

CREATE TABLE login_name ( -- every spelling of an account
  account INTEGER NOT NULL REFERENCES account,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE account_source ( -- every address that every account used, whatever its verdict
  account INTEGER NOT NULL REFERENCES account,
  ip TEXT NOT NULL,
  first TEXT, last TEXT, -- NULL where no line has a time
  messages INTEGER NOT NULL, recipients INTEGER NOT NULL,
  logins INTEGER NOT NULL, login_failures INTEGER NOT NULL
) STRICT;

CREATE TABLE finding ( -- what is not a compromised account
  id INTEGER PRIMARY KEY,
  class TEXT NOT NULL, verdict TEXT NOT NULL,
  principal TEXT, -- NULL where there is no single one
  messages INTEGER NOT NULL, recipients INTEGER NOT NULL,
  delivered INTEGER NOT NULL, bounced INTEGER NOT NULL, expired INTEGER NOT NULL,
  removed INTEGER NOT NULL, held INTEGER NOT NULL, deferred INTEGER NOT NULL, queued INTEGER NOT NULL,
  login_failures INTEGER NOT NULL,
  guess TEXT, access TEXT, abuse TEXT, last_accept TEXT, last_try TEXT,
  script TEXT -- the folder that the program ran in
) STRICT;

CREATE TABLE finding_account ( -- whom it touched
  finding INTEGER NOT NULL REFERENCES finding,
  account TEXT, -- NULL: the log gives no name
  outcome TEXT NOT NULL, -- opened, tried
  source TEXT, time TEXT
) STRICT;

CREATE TABLE candidate ( -- whose password it may be where a login has no name: never a verdict
  finding INTEGER NOT NULL REFERENCES finding,
  account TEXT NOT NULL,
  refused INTEGER NOT NULL -- a line shows it refused from there
) STRICT;

CREATE TABLE source ( -- addresses of the accused and of the findings, with their parts
  account INTEGER REFERENCES account, finding INTEGER REFERENCES finding, -- one of the two
  ip TEXT NOT NULL,
  role TEXT NOT NULL, -- attacker, unclear, owner, infrastructure
  guessed INTEGER NOT NULL, checked INTEGER NOT NULL, read INTEGER NOT NULL, sent INTEGER NOT NULL,
  ptr TEXT, country TEXT, asn INTEGER,
  first TEXT, last TEXT,
  logins INTEGER NOT NULL, login_failures INTEGER NOT NULL,
  messages INTEGER NOT NULL, recipients INTEGER NOT NULL,
  forged_domains INTEGER NOT NULL, other_accounts INTEGER NOT NULL
) STRICT;

CREATE TABLE forged_domain (
  account INTEGER REFERENCES account, finding INTEGER REFERENCES finding,
  domain TEXT NOT NULL,
  addresses INTEGER NOT NULL, messages INTEGER NOT NULL, recipients INTEGER NOT NULL,
  first TEXT, last TEXT
) STRICT;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  account INTEGER REFERENCES account, finding INTEGER REFERENCES finding,
  code TEXT NOT NULL, family TEXT NOT NULL,
  weight_db REAL NOT NULL, against INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE evidence_line ( -- where it stands in the logs
  evidence INTEGER NOT NULL REFERENCES evidence,
  input INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
  sha256 TEXT
) STRICT;

CREATE TABLE message ( -- of the accused and of the findings, as in messages.csv
  id INTEGER PRIMARY KEY,
  principal TEXT NOT NULL, account INTEGER REFERENCES account,
  time TEXT, last TEXT, -- NULL where no line has a time
  theirs INTEGER NOT NULL, -- an intruder's
  counted INTEGER NOT NULL, -- inside --since and --until
  queue_id TEXT, last_queue_id TEXT, host TEXT,
  source TEXT, client_name TEXT, helo TEXT,
  sender TEXT, sender_domain TEXT, header_domain TEXT,
  recipients INTEGER NOT NULL, recipients_basis TEXT NOT NULL,
  delivered INTEGER NOT NULL, bounced INTEGER NOT NULL, expired INTEGER NOT NULL,
  removed INTEGER NOT NULL, held INTEGER NOT NULL, deferred INTEGER NOT NULL, queued INTEGER NOT NULL,
  size INTEGER, open INTEGER NOT NULL, maybe_removed INTEGER NOT NULL,
  input INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
) STRICT;

CREATE TABLE recipient ( -- of those messages; addresses are not kept, domains and outcomes are
  message INTEGER NOT NULL REFERENCES message,
  domain TEXT,
  outcome TEXT NOT NULL, reason TEXT NOT NULL, -- of the last reply that was not "sent"
  local INTEGER NOT NULL,
  recipients INTEGER NOT NULL
) STRICT;

CREATE TABLE login ( -- of the accused, and all from the addresses called attackers
  id INTEGER PRIMARY KEY,
  account TEXT, name TEXT, -- NULL: the log gives no name
  time TEXT, last TEXT,
  ip TEXT, client_name TEXT, host TEXT,
  service TEXT NOT NULL, ok INTEGER NOT NULL, logins INTEGER NOT NULL,
  input INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
) STRICT;

CREATE TABLE timeline (
  time TEXT, actor TEXT NOT NULL, what TEXT NOT NULL,
  input INTEGER, line INTEGER
) STRICT;

CREATE TABLE reputation ( -- who blocked or throttled us
  host TEXT, provider TEXT, kind TEXT, first TEXT, last TEXT, -- provider NULL: the reply names nobody
  replies INTEGER NOT NULL, sample TEXT,
  burst TEXT, burst_recipients INTEGER -- who sent most spam in the hour up to first
) STRICT;

CREATE TABLE queue ( -- messages in the queues of all hosts, in the fullest minute from time on
  time TEXT NOT NULL,
  active INTEGER NOT NULL, deferred INTEGER NOT NULL, held INTEGER NOT NULL
) STRICT;

CREATE TABLE campaign ( -- accounts that fell to the same hands
  id INTEGER PRIMARY KEY,
  first TEXT, last TEXT
) STRICT;

CREATE TABLE campaign_part ( -- in the order in which accounts were taken; else by text
  campaign INTEGER NOT NULL REFERENCES campaign,
  kind TEXT NOT NULL, -- account, source, forged-domain
  name TEXT NOT NULL
) STRICT;

CREATE TABLE prevention ( -- what a limit on the recipients of one login would have stopped
  window_hours INTEGER NOT NULL,
  recipients INTEGER NOT NULL, -- the limit: no account that is not accused had more
  spam_stopped INTEGER NOT NULL, benign_stopped INTEGER NOT NULL -- recipients
) STRICT;

CREATE TABLE cleared (account TEXT NOT NULL, why TEXT NOT NULL) STRICT;
CREATE TABLE gap (host TEXT, first TEXT, last TEXT) STRICT;
CREATE TABLE program (name TEXT NOT NULL, lines INTEGER NOT NULL) STRICT;
CREATE TABLE note (kind TEXT NOT NULL, text TEXT NOT NULL) STRICT; -- assumption, unobservable

CREATE VIEW v_taken_over AS
  SELECT name, verdict, abuse AS since, last_accept AS until, ongoing, foreign_messages AS messages,
    foreign_recipients AS recipients, foreign_delivered AS reached
  FROM account WHERE verdict IN ('confirmed', 'likely') ORDER BY id;
CREATE VIEW v_attacker AS
  SELECT ip, max(country) AS country, max(asn) AS asn, count(*) AS subjects, min(first) AS first,
    max(last) AS last, sum(login_failures) AS login_failures, sum(logins) AS logins,
    sum(messages) AS messages, sum(recipients) AS recipients
  FROM source WHERE role = 'attacker' GROUP BY ip ORDER BY messages DESC, login_failures DESC, ip;
CREATE VIEW v_to_hold AS
  SELECT coalesce(last_queue_id, queue_id) AS queue_id, host, principal, sender, time, recipients
  FROM message WHERE theirs AND open ORDER BY time, id;
CREATE VIEW v_per_hour AS
  SELECT substr(time, 1, 13) || ':00Z' AS hour, principal, theirs, count(*) AS messages,
    sum(recipients) AS recipients, sum(delivered) AS delivered
  FROM message WHERE counted GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
CREATE VIEW v_reached AS
  SELECT domain, sum(r.recipients) AS recipients
  FROM recipient r JOIN message m ON m.id = r.message
  WHERE theirs AND counted AND outcome = 'delivered'
  GROUP BY domain ORDER BY recipients DESC, domain;
CREATE VIEW v_evidence AS
  SELECT coalesce(a.name, f.principal, f.class) AS subject, coalesce(a.verdict, f.verdict) AS verdict,
    e.code, e.weight_db, e.text, i.path, i.member, l.line
  FROM evidence e LEFT JOIN account a ON a.id = e.account LEFT JOIN finding f ON f.id = e.finding
    LEFT JOIN evidence_line l ON l.evidence = e.id LEFT JOIN input i ON i.id = l.input
  ORDER BY e.id, l.line;
