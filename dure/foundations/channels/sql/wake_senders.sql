-- purpose: tell the senders, when this commits, that there is something to send
NOTIFY dure_sending
