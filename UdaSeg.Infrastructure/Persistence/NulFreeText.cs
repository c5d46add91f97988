using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Text for a column that cannot hold U+0000: it is stored, and looked for, as the replacement character.</summary>
internal sealed class NulFreeText() : ValueConverter<string, string>(text => text.Replace('\0', '\uFFFD'), stored => stored);
