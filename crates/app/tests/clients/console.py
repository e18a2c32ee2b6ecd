"""The console of the tutorial: lines that are typed go to the drone, and what comes is printed."""

import socket
import sys
import threading

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("", 9000))


def receive():
    while True:
        try:
            data, _ = sock.recvfrom(1518)
            print(data.decode("utf-8"), flush=True)
        except OSError:
            print("Exit . . .", flush=True)
            return


threading.Thread(target=receive, daemon=True).start()
for line in sys.stdin:
    line = line.strip()
    if "end" in line:
        break
    sock.sendto(line.encode("utf-8"), ("192.168.10.1", 8889))
sock.close()
