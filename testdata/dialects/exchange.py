"""Exchange 2019: message tracking, the receive log of front end and hub, IMAP's log."""
from incident import address, is_local, mailboxes
from writer import Writer, server_of, stamp_millis, tries_of

VERSION = "15.01.2507.039"
TRACKING = ("date-time", "client-ip", "client-hostname", "server-ip", "server-hostname", "source-context", "connector-id", "source", "event-id",
            "internal-message-id", "message-id", "network-message-id", "recipient-address", "recipient-status", "total-bytes", "recipient-count",
            "related-recipient-address", "reference", "message-subject", "sender-address", "return-path", "message-info", "directionality", "tenant-id",
            "original-client-ip", "original-server-ip", "custom-data", "transport-traffic-type", "log-id", "schema-version")
PROTOCOL = ("date-time", "connector-id", "session-id", "sequence-number", "local-endpoint", "remote-endpoint", "event", "data", "context")
IMAP = ("dateTime", "sessionId", "seqNumber", "sIp", "cIp", "user", "duration", "rqsize", "rpsize", "command", "parameters", "context", "puid")
FILES = {"MSGTRK.LOG": ("Message Tracking Log", TRACKING), "RECV.LOG": ("SMTP Receive Protocol Log", PROTOCOL),
         "RECVHUB.LOG": ("SMTP Receive Protocol Log", PROTOCOL), "IMAP4.LOG": ("IMAP4 Log", IMAP)}


def quoted(text):
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text


def endpoint(ip, port):
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


class Exchange(Writer):
    """Nobody may write another envelope sender than his own: what is forged stands in From. Programs hand over nothing."""
    system = "Exchange"
    paper = "exchange.ps1"
    silent, local, options = "named", "", ()

    def stamped(self, file, time, text):
        return f"{stamp_millis(time)},{text}"

    def line_end(self, _file):
        return "\r\n"

    def head(self, file):
        kind, fields = FILES[file]
        return "".join(f"#{line}\r\n" for line in ("Software: Microsoft Exchange Server", f"Version: {VERSION}", f"Log-type: {kind}",
                                                   "Date: 2026-03-02T00:00:00.000Z", f"Fields: {','.join(fields)}"))

    def row(self, file, time, **values):
        """Of the columns named, with underscores for dashes."""
        fields = FILES[file][1]
        named = {key.replace("_", "-"): str(value) for key, value in values.items()}
        self.put(file, time, ",".join(quoted(named.get(field, "")) for field in fields[1:]))

    def next_session(self):
        return f"08DC1DB8{self.next_serial():08X}"

    def say(self, file, time, session, client, event, data="", context="", connector="Client Frontend", port=587):
        number = self.numbers[session] = self.numbers.get(session, -1) + 1
        local = "192.0.2.10" if file == "RECV.LOG" else "10.0.0.10"
        self.row(file, time, connector_id=f"MAIL01\\{connector} MAIL01", session_id=session, sequence_number=number,
                 local_endpoint=endpoint(local, port), remote_endpoint=endpoint(client, 41000), event=event, data=data, context=context)

    def __init__(self, **more):
        super().__init__(**more)
        self.numbers = {}

    def begin(self, act):
        session = self.next_session()
        self.say("RECV.LOG", act.time, session, act.client.ip, "+")
        self.say("RECV.LOG", act.time, session, act.client.ip, "<", f"EHLO {act.client.helo}")
        self.say("RECV.LOG", act.time, session, act.client.ip, "<", "AUTH LOGIN")
        return session

    def failure(self, act):
        session = self.begin(act)
        for context in ("Inbound AUTH LOGIN failed because of LogonDenied", "Inbound AUTH LOGIN failed because of LogonDenied",
                        f"User Name: {self.spelled(act.user)}"):
            self.say("RECV.LOG", act.time, session, act.client.ip, "*", "", context)
        self.say("RECV.LOG", act.time + 5, session, act.client.ip, ">", "535 5.7.3 Authentication unsuccessful")
        self.say("RECV.LOG", act.time + 5, session, act.client.ip, "-", "", "Remote")

    def opened(self, act):
        session = self.begin(act)
        self.say("RECV.LOG", act.time, session, act.client.ip, "*", self.spelled(act.user), "authenticated")
        self.say("RECV.LOG", act.time, session, act.client.ip, ">", "235 2.7.0 Authentication successful")
        return session

    def login(self, act):
        self.say("RECV.LOG", act.time + 2, self.opened(act), act.client.ip, "-", "", "Remote")

    def mailbox(self, act):
        user = self.spelled(act.user)
        self.row("IMAP4.LOG", act.time, sessionId=f"{self.next_serial():016X}", seqNumber=2, sIp="10.0.0.10:993", cIp=endpoint(act.client.ip, 40001),
                 user=user, duration=31, rqsize=31, rpsize=27, command="login", parameters=f"{user} *****", context="R=ok")

    def script(self, act):
        pass

    def message(self, act):
        front, hub = (self.opened(act), self.next_session()) if act.user else (None, self.next_session())
        connector = "Client Proxy" if act.user else "Default"
        port, peer = (465, "10.0.0.10") if act.user else (2525, "10.0.0.10")

        def hub_says(*what):
            self.say("RECVHUB.LOG", act.time + 1, hub, peer, *what, connector=connector, port=port)
        hub_says("+")
        if front:
            hub_says("*", "EXAMPLE\\MAIL01$", "authenticated")
            hub_says("<", f"XPROXY SID={front} IP={act.client.ip} PORT=42000 DOMAIN={act.client.helo} CAPABILITIES=0 SECID=UzotMS01")
            hub_says("*", self.spelled(act.user), "authenticated")
        else:
            hub_says("<", f"XPROXYFROM SID={self.next_session()} IP={act.client.ip} PORT=3333 DOMAIN={act.client.helo} SEQNUM=1 PERMS=1077 AUTHSRC=Anonymous")
        path = self.spelled(act.user) if act.user else act.sender
        hub_says("<", f"MAIL FROM:<{path}>")
        hub_says("*", f"{hub};{stamp_millis(act.time)};1", "receiving message")
        for to, answer in [(to, "250 2.1.5 Recipient OK") for to, _ in act.recipients] + [(to, "550 5.1.10 RESOLVER.ADR.RecipientNotFound") for to in act.refused]:
            hub_says("<", f"RCPT TO:<{to}>")
            hub_says(">", answer)
        hub_says(">", f"250 2.6.0 <m{act.number}@x> [InternalId={act.number}, Hostname=MAIL01.example.org] 1500 bytes in 0.1, 13 KB/sec Queued mail for delivery")
        hub_says("-", "", "Remote")
        if front:
            self.say("RECV.LOG", act.time + 2, front, act.client.ip, "-", "", "Remote")
        self.track(act, path, f"{hub};{stamp_millis(act.time)};0", f"MAIL01\\{connector} MAIL01")

    def track(self, act, path, context, connector):
        common = {"internal_message_id": act.number, "message_id": f"<m{act.number}@{act.sender.split('@')[-1]}>",
                  "network_message_id": f"{act.number:08x}-1111-2222-3333-08dc1db8{act.number:04x}", "total_bytes": 2100, "message_subject": 'Minutes, "draft"; final',
                  "sender_address": act.header or act.sender, "return_path": path, "schema_version": VERSION,
                  "directionality": "Originating" if act.user else "Incoming"}
        self.row("MSGTRK.LOG", act.time + 1, client_ip="10.0.0.10", client_hostname="MAIL01.example.org", server_ip="10.0.0.10", server_hostname="MAIL01",
                 source_context=context, connector_id=connector, source="SMTP", event_id="RECEIVE", recipient_address=";".join(to for to, _ in act.recipients),
                 recipient_status=";" * (len(act.recipients) - 1), recipient_count=len(act.recipients), original_client_ip=act.client.ip,
                 original_server_ip="192.0.2.10", custom_data=f"S:FirstForestHop=MAIL01.example.org;S:ProxiedClientIPAddress={act.client.ip};"
                 f"S:ProxiedClientHostname={act.client.helo};S:DeliveryPriority=Normal", transport_traffic_type="Email", **common)
        for after, to, outcome in tries_of(act.recipients):
            self.attempt(act.time + after, to, outcome, {**common, "recipient_address": to, "recipient_count": 1})
        if any(outcome == "bounced" for _, outcome in act.recipients):
            self.row("MSGTRK.LOG", act.time + 3, server_hostname="MAIL01", source="DSN", event_id="DSN",
                     **{**common, "internal_message_id": 100000 + act.number, "message_id": f"<dsn{act.number}@example.org>",
                        "network_message_id": f"{act.number:08x}-1111-2222-4444-08dc1db8{act.number:04x}", "recipient_address": path, "recipient_count": 1,
                        "reference": common["message_id"], "message_subject": "Undeliverable",
                        "sender_address": "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org", "return_path": "<>"})

    def attempt(self, time, to, outcome, common):
        name, ip = server_of(to)
        if len(mailboxes(to)) > 1:
            self.row("MSGTRK.LOG", time, server_hostname="MAIL01", source="ROUTING", event_id="EXPAND",
                     **{**common, "recipient_address": ";".join(map(address, mailboxes(to))), "recipient_count": len(mailboxes(to)),
                        "related_recipient_address": to})
            for user in mailboxes(to):
                self.attempt(time, address(user), outcome, {**common, "recipient_address": address(user)})
        elif is_local(to):
            self.row("MSGTRK.LOG", time, client_ip="10.0.0.10", client_hostname="MAIL01", server_ip="10.0.0.10", server_hostname="MAIL01",
                     source_context="08DC1DB8591B9998;2026-03-02T00:00:00.000Z;ClientSubmitTime:", source="STOREDRIVER", event_id="DELIVER", **common)
        elif outcome == "delivered":
            self.row("MSGTRK.LOG", time, client_ip="10.0.0.10", client_hostname="MAIL01", server_ip=ip, server_hostname=name,
                     source_context="08DC1DB8591B9997;250 2.0.0 OK queued", connector_id="Internet", source="SMTP", event_id="SENDEXTERNAL",
                     recipient_status="250 2.1.5 OK", **common)
        else:
            status = "550 5.1.1 User unknown" if outcome == "bounced" else "451 4.7.1 Greylisted"
            self.row("MSGTRK.LOG", time, server_hostname="MAIL01", source="SMTP", event_id="FAIL" if outcome == "bounced" else "DEFER",
                     recipient_status=status, **common)
