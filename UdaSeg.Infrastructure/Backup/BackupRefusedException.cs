namespace UdaSeg.Infrastructure.Backup;

/// <summary>A backup or a restore cannot be made; nothing was changed that matters. With words for the operator.</summary>
internal sealed class BackupRefusedException(string message, Exception? inner = null) : Exception(message, inner);
