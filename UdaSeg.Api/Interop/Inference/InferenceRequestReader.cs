using System.Globalization;
using System.Text.Json;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Interop.Inference;

/// <summary>Reads a body: JSON, and behind it the bytes of inputs that the binary tensor extension sends so.</summary>
internal static class InferenceRequestReader
{
    public const string HeaderLength = "Inference-Header-Content-Length";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <param name="headers">Of the request.</param>
    /// <param name="body">The whole of it.</param>
    /// <returns>The request, and the bytes behind the JSON in the order of the inputs that have some.</returns>
    /// <exception cref="JsonException">What is no such request.</exception>
    /// <exception cref="RuleViolationException"><c>invalid-inference</c> (400, 422).</exception>
    public static (InferenceRequest Request, ReadOnlyMemory<byte> Binary) Read(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        int length = JsonLength(headers, body.Length);
        InferenceRequest request = JsonSerializer.Deserialize<InferenceRequest>(body.Span[..length], Json) ?? throw new JsonException();
        foreach (RequestOutput output in (request.Outputs ?? []).Where(o => o.Name is not (InferenceRequest.Labels or InferenceRequest.Confidence)))
        {
            throw Unusable($"There is no output '{output.Name}'; there are {InferenceRequest.Labels} and {InferenceRequest.Confidence}.");
        }

        if (request.Wanted.DistinctBy(o => o.Name).Count() != request.Wanted.Count) throw Unusable("An output is asked for twice.");
        return (request, body[length..]);
    }

    public static RuleViolationException Malformed(string message) => new(RuleKind.Malformed, "invalid-inference", message);

    public static RuleViolationException Unusable(string message) => new(RuleKind.Unusable, "invalid-inference", message);

    private static int JsonLength(IHeaderDictionary headers, int bodyLength)
    {
        if (!headers.TryGetValue(HeaderLength, out Microsoft.Extensions.Primitives.StringValues text)) return bodyLength;
        return int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length >= 1 && length <= bodyLength
            ? length
            : throw Malformed($"{HeaderLength} must be the length of the JSON, 1 to the body's {bodyLength} bytes.");
    }
}
