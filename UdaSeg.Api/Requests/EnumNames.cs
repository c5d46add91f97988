using System.Text.Json;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>An enum's names as JSON shows them, for query parameters and for fields whose faults are 422 with the choices named.</summary>
internal static class EnumNames
{
    public static IReadOnlyList<string> Of<T>()
        where T : struct, Enum => Names<T>.All;

    public static IReadOnlyList<string> Of(Type type) => [.. Enum.GetValuesAsUnderlyingType(type).Cast<object>()
        .Select(v => JsonSerializer.SerializeToElement(Enum.ToObject(type, v), type).ToString())];

    public static string Name<T>(T value)
        where T : struct, Enum => Names<T>.All[Array.IndexOf(Enum.GetValues<T>(), value)];

    /// <returns><paramref name="absent"/> where there is no text, or after a fault was added.</returns>
    public static T Read<T>(string? text, T absent, string field, FaultList faults)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text)) return absent;
        int index = Names<T>.All.IndexOf(text);
        if (index >= 0) return Enum.GetValues<T>()[index];
        faults.Add(field, $"'{text}' is none of {string.Join(", ", Names<T>.All)}.");
        return absent;
    }

    private static class Names<T>
        where T : struct, Enum
    {
        public static List<string> All { get; } = [.. Enum.GetValues<T>().Select(v => JsonSerializer.SerializeToElement(v).ToString())];
    }
}
