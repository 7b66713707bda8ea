"""1,000 submissions in ten sessions, all with one Message-ID, which a list server or an attacker may choose: usage: make.py FOLDER"""
import os
import sys

LINES = """\
Mar  3 {time} mx1 postfix/submission/smtpd[{pid}]: {qid}: client=unknown[198.51.100.10], sasl_method=PLAIN, sasl_username=anna@example.com
Mar  3 {time} mx1 postfix/cleanup[900]: {qid}: message-id=<same@laptop.example.com>
Mar  3 {time} mx1 postfix/qmgr[800]: {qid}: from=<anna@example.com>, size=1200, nrcpt=1 (queue active)
Mar  3 {time} mx1 postfix/smtp[700]: {qid}: to=<r{n}@dest.example>, relay=mx.dest.example[192.0.2.50]:25, delay=0.5, \
delays=0.1/0/0.2/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {next})
Mar  3 {time} mx1 postfix/qmgr[800]: {qid}: removed
"""
CONNECT = "Mar  3 {time} mx1 postfix/submission/smtpd[{pid}]: connect from unknown[198.51.100.10]\n"
DISCONNECT = ("Mar  3 {time} mx1 postfix/submission/smtpd[{pid}]: disconnect from unknown[198.51.100.10] "
              "ehlo=1 auth=1 mail=100 rcpt=100 data=100 quit=1 commands=303\n")


def queue_id(n):
    return f"{(n * 7919) % 1000000:05X}2A{n:04X}"


def main():
    with open(os.path.join(sys.argv[1], "input.log"), "w", encoding="ascii") as out:
        for n in range(1000):
            at = {"time": f"10:{n // 60:02}:{n % 60:02}", "pid": 101 + n // 100}
            if n % 100 == 0:
                out.write(CONNECT.format(**at))
            out.write(LINES.format(n=n, qid=queue_id(n), next=queue_id(n + 1), **at))
            if n % 100 == 99:
                out.write(DISCONNECT.format(**at))


if __name__ == "__main__":
    main()
