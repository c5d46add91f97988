using UdaSeg.Api.Requests;

namespace UdaSeg.Api.Presets;

/// <summary>What a client needs to know of one option of a training plan.</summary>
/// <param name="Path">As in <c>options</c>, such as <c>alignment.beta</c>.</param>
/// <param name="Type"><c>integer</c>, <c>number</c>, <c>boolean</c>, <c>string</c>, <c>size</c> ({width, height} or [width, height]) or <c>enum</c>.</param>
/// <param name="Unit">Such as <c>iterations</c>; null for plain numbers and choices.</param>
/// <param name="Meaning">What it does, its range, and the paper's symbol or section.</param>
/// <param name="Values">The choices of an enum.</param>
internal sealed record PlanOption(string Path, string Type, string? Unit, string Meaning, IReadOnlyList<string>? Values = null)
{
    public static PlanOption OneOf<T>(string path, string meaning)
        where T : struct, Enum => new(path, "enum", null, meaning, EnumNames.Of<T>());

    public static PlanOption Switch(string path, string meaning) => new(path, "boolean", null, meaning);

    public static PlanOption Integer(string path, string? unit, string meaning) => new(path, "integer", unit, meaning);

    public static PlanOption Number(string path, string? unit, string meaning) => new(path, "number", unit, meaning);
}
