# What to do on an Exchange server, in the Exchange Management Shell. Every command has -WhatIf: it
# prints and changes nothing. Take -WhatIf away, one step at a time.
# Do not use Disable-Mailbox: it detaches the mailbox and with it the evidence.
# Written by postmortem @version@ from a log that ends @log_end@.
$ErrorActionPreference = 'Stop'
$accounts = @(
@powershell_accounts@)
foreach ($account in $accounts) {
    # close; undo: the same with $true. A new password comes first.
    Set-CASMailbox -Identity $account -ActiveSyncEnabled $false -ImapEnabled $false -PopEnabled $false -OWAEnabled $false -MAPIEnabled $false -EwsEnabled $false -WhatIf
    # look: what an intruder may have left behind
    Get-InboxRule -Mailbox $account | Format-List Name, Enabled, ForwardTo, RedirectTo, ForwardAsAttachmentTo, DeleteMessage
    Get-Mailbox -Identity $account | Format-List ForwardingAddress, ForwardingSmtpAddress, DeliverToMailboxAndForward
    # hold, review; undo: Resume-Message with the same filter
    Get-Queue | Get-Message -ResultSize Unlimited | Where-Object { $_.FromAddress -eq $account } | Suspend-Message -WhatIf
}
