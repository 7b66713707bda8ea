#!/usr/bin/env python3
"""containment/exim.sh and sendmail.sh against the programs themselves: hold and delete touch exactly the messages listed, and
what is undone is as it was. Exim and Sendmail exclude each other and Postfix as packages: they are fetched, unpacked into a
folder of this test and run from there, in a network and with a name and users of their own.

Skipped (77) unless it may be done: as root, with unshare, and with packages to be had.

usage: mta_real_test.py PROGRAM
"""
import glob
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SPAM, OWN = "ceo@greentravel.test", "suman@northbay.example"
EXIM_PACKAGES = ("exim4-daemon-light", "libidn12")
SENDMAIL_PACKAGES = ("sendmail-bin", "sendmail-cf", "m4", "libwrap0")
USERS = ("Debian-exim", "smmta", "smmsp")
EXIM = """exim_path = {0}/exim4
spool_directory = {0}/spool
log_file_path = {0}/log/%slog
primary_hostname = mx1.northbay.example
qualify_domain = northbay.example
keep_environment =
begin acl
begin routers
begin transports
"""
SENDMAIL = """divert(0)
OSTYPE(`linux')
define(`QUEUE_DIR',`{0}/queue')
define(`STATUS_FILE',`{0}/statistics')
define(`ALIAS_FILE',`')
define(`confDELIVERY_MODE',`queueonly')
define(`confDONT_PROBE_INTERFACES',`True')
define(`confDOMAIN_NAME',`mx1.northbay.example')
FEATURE(`nocanonify')
FEATURE(`accept_unresolvable_domains')
MAILER(`local')
MAILER(`smtp')
"""


def check(ok, what):
    if not ok:
        sys.exit(f"FAILED: {what}")


def output(words, env, text=None):
    return subprocess.run(words, env=env, input=text, capture_output=True, text=True, check=True).stdout


def unpacked(folder, packages):
    """Where the packages are, or None if they cannot be had."""
    files = os.path.join(folder, "files")
    os.makedirs(files)
    if subprocess.run(["apt-get", "download", *packages], cwd=folder, capture_output=True, check=False).returncode != 0:
        return None
    for package in glob.glob(os.path.join(folder, "*.deb")):
        subprocess.run(["dpkg", "-x", package, files], check=True)
    return files


def wrapper(path, *words):
    with open(path, "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\nexec " + " ".join(words) + ' "$@"\n')
    os.chmod(path, 0o755)


class Exim:
    name = "exim"

    def __init__(self, folder, files):
        self.env = dict(os.environ, PATH=folder + ":" + os.environ["PATH"], LD_LIBRARY_PATH=glob.glob(files + "/usr/lib/*-linux-gnu")[0])
        config = os.path.join(folder, "exim.conf")
        with open(config, "w", encoding="utf-8") as f:
            f.write(EXIM.format(folder))
        for name in ("spool", "log"):
            os.mkdir(os.path.join(folder, name))
            shutil.chown(os.path.join(folder, name), "Debian-exim", "Debian-exim")
        wrapper(os.path.join(folder, "exim4"), files + "/usr/sbin/exim4", "-C", config)

    def send(self, sender, number):
        output(["exim4", "-odq", "-f", sender, f"r{number}@elsewhere.test"], self.env, f"Subject: {number}\n\nhello\n")

    def queue(self):
        """{id: (sender, held)}"""
        found = re.findall(r"^ *\S+ +\S+ (\S+) <(.*?)>(.*)$", output(["exim4", "-bp"], self.env), re.M)
        return {i: (sender, "frozen" in rest) for i, sender, rest in found}


class Sendmail:
    name = "sendmail"

    def __init__(self, folder, files):
        program = files + "/usr/libexec/sendmail/sendmail"
        os.chmod(program, 0o755)  # setgid, it would not look for its libraries here
        self.folder = os.path.join(folder, "queue")
        self.env = dict(os.environ, PATH=folder + ":" + os.environ["PATH"], POSTMORTEM_QUEUE=self.folder,
                        LD_LIBRARY_PATH=glob.glob(files + "/usr/lib/*-linux-gnu")[0])
        config, macros = os.path.join(folder, "sendmail.cf"), files + "/usr/share/sendmail/cf/"
        text = output([files + "/usr/bin/m4", "-D_CF_DIR_=" + macros, macros + "m4/cf.m4", "-"], self.env, SENDMAIL.format(folder))
        text = re.sub(r"^(F[wR])", r"#\1", text, flags=re.M)
        text = re.sub(r"^#?O (TrustedUser|HelpFile|ControlSocketName).*$", "", text, flags=re.M)
        with open(config, "w", encoding="utf-8") as f:
            f.write(text)
        os.mkdir(self.folder, 0o700)
        wrapper(os.path.join(folder, "sendmail"), program, "-C", config)
        wrapper(os.path.join(folder, "mailq"), program, "-C", config, "-bp")

    def send(self, sender, number):
        output(["sendmail", "-Am", "-f", sender, f"r{number}@elsewhere.test"], self.env, f"Subject: {number}\n\nhello\n")

    def queue(self):
        found = {}
        for path in glob.glob(self.folder + "/[qh]f*"):
            with open(path, encoding="latin-1") as f:
                sender = re.search(r"^S<?(.*?)>?$", f.read(), re.M)[1]
            found[os.path.basename(path)[2:]] = (sender, os.path.basename(path)[0] == "h")
        return found


def steps(mta, case):
    def script(*arguments):
        path = os.path.join(case, "containment", mta.name + ".sh")
        run = subprocess.run(["sh", path, *arguments], env=dict(mta.env, POSTMORTEM_KEEP=case + "/kept-" + mta.name), capture_output=True,
                             text=True, check=False)
        check(run.returncode == 0, f"{mta.name} {arguments}: {run.stdout}{run.stderr}")

    def held():
        return {i for i, (_, is_held) in mta.queue().items() if is_held}

    for number in range(3):
        mta.send(SPAM, number)
    for number in range(2):
        mta.send(OWN, number)
    before = mta.queue()
    theirs = {i for i, (sender, _) in before.items() if sender == SPAM}
    check(len(before) == 5 and len(theirs) == 3 and not held(), f"{mta.name}: the queue {before}")
    with open(os.path.join(case, "containment/queue.tsv"), "w", encoding="utf-8") as f:
        f.writelines(f"{i}\t0\t9\t{SPAM}\n" for i in before)  # the owner's ids too, as if they had been used again
    script()
    script("delete")
    check(mta.queue() == before, f"{mta.name}: a dry run changed the queue")
    script("--run", "keep")
    script("--run", "delete")
    check(mta.queue() == before, f"{mta.name}: deleted what is not held")
    script("--run", "hold")
    check(held() == theirs, f"{mta.name}: hold: {mta.queue()}")
    script("--run", "--undo", "hold")
    check(mta.queue() == before, f"{mta.name}: undo of hold: {mta.queue()}")
    script("--run", "hold")
    script("--run", "delete")
    check(set(mta.queue()) == set(before) - theirs, f"{mta.name}: delete: {mta.queue()}")
    script("--run", "--undo", "delete")
    check(held() == theirs and set(mta.queue()) == set(before), f"{mta.name}: undo of delete: {mta.queue()}")
    script("--run", "release")
    check(mta.queue() == before, f"{mta.name}: release: {mta.queue()}")


def private_files(folder):
    """Users that the packages would have made, and no name server; seen by this process and its children alone."""
    for name, line in (("passwd", "{0}:x:{1}:{1}::/:/usr/sbin/nologin\n"), ("group", "{0}:x:{1}:\n")):
        path = os.path.join(folder, name)
        with open("/etc/" + name, encoding="utf-8") as old, open(path, "w", encoding="utf-8") as new:
            new.write(old.read())
            new.writelines(line.format(user, 9990 + i) for i, user in enumerate(USERS))
        subprocess.run(["mount", "--bind", path, "/etc/" + name], check=True)
    for name, text in (("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
                       ("hosts", "127.0.0.1 mx1.northbay.example mx1 localhost\n")):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        subprocess.run(["mount", "--bind", path, "/etc/" + name], check=True)
    socket.sethostname("mx1.northbay.example")  # Sendmail waits a minute for a name with a domain


def inside(program, folder):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    private_files(folder)
    for mta, log in ((Exim, "exim-incident"), (Sendmail, "sendmail-incident")):
        case, place = os.path.join(folder, mta.name + "-case"), os.path.join(folder, mta.name)
        logs = [path for path in glob.glob(os.path.join(HERE, "runs", log, "*")) if not re.search(r"/(expected|make)\.", path)]
        subprocess.run([program, "-q", "-o", case, *logs], stdout=subprocess.DEVNULL, check=True)
        steps(mta(place, os.path.join(place, "files")), case)
        print(f"{mta.name}: all well")


def main():
    if os.environ.get("POSTMORTEM_INSIDE"):
        inside(*sys.argv[1:3])
        return 0
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ("unshare", "ip", "apt-get", "dpkg")) or \
            subprocess.run(["unshare", "-nmu", "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: wants root, iproute2, unshare, apt-get")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for name, packages in (("exim", EXIM_PACKAGES), ("sendmail", SENDMAIL_PACKAGES)):
            if not unpacked(os.path.join(folder, name), packages):
                print(f"skipped: {', '.join(packages)} cannot be fetched")
                return 77
        env = dict(os.environ, POSTMORTEM_INSIDE="1")
        return subprocess.run(["unshare", "-nmu", sys.executable, os.path.abspath(__file__), os.path.abspath(sys.argv[1]), folder],
                              env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
