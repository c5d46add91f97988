namespace UdaSeg.Api.OpenApi;

/// <summary>A part of a multipart body.</summary>
internal sealed record FormPart(string Name, string Description, bool File = false, bool Required = false);

/// <summary>What a handler that reads the request itself takes, for the document.</summary>
internal sealed record FormNote(IReadOnlyList<FormPart> Parts);

/// <summary>The answer has the resource's <c>ETag</c>.</summary>
internal sealed record EtagNote;

/// <summary>The body may be an image as it is.</summary>
internal sealed record RawImageNote(string Description);

/// <summary>An answer of bytes.</summary>
internal sealed record BinaryNote(int Status, string Description, IReadOnlyList<string> MediaTypes, IReadOnlyDictionary<string, string> Headers);

/// <summary>Problem answers beside those that any operation may give.</summary>
internal sealed record FailureNote(IReadOnlyList<int> Statuses);

/// <summary>The parameter is one of an enum's names, though the handler reads it as text to answer 422 with the choices.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class OneOfAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;

    public string? Default { get; init; }

    /// <summary>A name of the enum that is refused here, and not offered.</summary>
    public string? Except { get; init; }
}

/// <summary>The parameter is one of these words.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class WordsAttribute(params string[] words) : Attribute
{
    public IReadOnlyList<string> Words { get; } = words;

    /// <summary>Several, divided by commas.</summary>
    public bool Many { get; init; }
}

/// <summary>The parameter is a number in a range, though the handler reads it as text.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class NumberAttribute(double min, double max, double absent) : Attribute
{
    public double Min { get; } = min;

    public double Max { get; } = max;

    public double Absent { get; } = absent;
}

internal static class OperationNotes
{
    public static readonly string[] ImageTypes = ["image/png", "image/jpeg", "image/webp"];

    public static RouteHandlerBuilder ReadsForm(this RouteHandlerBuilder route, params FormPart[] parts) => route.WithMetadata(new FormNote(parts));

    public static RouteHandlerBuilder ReadsImage(this RouteHandlerBuilder route, string description) => route.WithMetadata(new RawImageNote(description));

    public static RouteHandlerBuilder AnswersBytes(
        this RouteHandlerBuilder route, string description, string[] mediaTypes, Dictionary<string, string>? headers = null) =>
        route.WithMetadata(new BinaryNote(200, description, mediaTypes, headers ?? []));

    public static RouteHandlerBuilder AnswersEtag(this RouteHandlerBuilder route) => route.WithMetadata(new EtagNote());

    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new FailureNote(statuses));
}
