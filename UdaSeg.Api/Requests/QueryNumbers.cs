using System.Globalization;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

internal static class QueryNumbers
{
    /// <returns><paramref name="absent"/> where there is no text, or after a fault was added.</returns>
    public static double Read(string? text, double absent, double min, double max, string field, FaultList faults)
    {
        if (string.IsNullOrEmpty(text)) return absent;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max) return value;
        faults.Add(field, string.Create(CultureInfo.InvariantCulture, $"A number from {min} to {max} is needed."));
        return absent;
    }
}
