using System.Text.Json;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Interop.HuggingFace;

/// <summary>An image-segmentation request in one of the forms that Hugging Face's clients send. Dispose it after use.</summary>
/// <param name="owned">What holds the image, if it must be given back.</param>
/// <param name="image">The file.</param>
/// <param name="options">Checked.</param>
internal sealed class HuggingFaceRequest(IDisposable? owned, ReadOnlyMemory<byte> image, MaskOptions options) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    private enum Form
    {
        Image,
        Json,
        Multipart,

        /// <summary>Some clients send bytes without a type, and curl calls them a form: their beginning tells.</summary>
        Unknown,
    }

    public ReadOnlyMemory<byte> Image { get; } = image;

    public MaskOptions Options { get; } = options;

    /// <exception cref="RuleViolationException">
    /// <c>unsupported-media-type</c> (415), <c>invalid-segmentation</c> (422), and those of a body that is too large or broken.
    /// </exception>
    public static async Task<HuggingFaceRequest> ReadAsync(HttpRequest request, long maxBytes)
    {
        Form form = FormOf(request);
        if (form == Form.Multipart)
        {
            Upload upload = await Upload.ReadFormAsync(request, maxBytes, ["image"], []);
            return new HuggingFaceRequest(upload, upload.Required("image").Memory, new MaskOptions());
        }

        PooledBytes body = await Upload.ReadBodyAsync(request, maxBytes);
        bool json = form == Form.Json || (form == Form.Unknown && body.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]);
        if (!json) return new HuggingFaceRequest(body, body.Memory, new MaskOptions());
        using (body)
        {
            Payload payload = JsonSerializer.Deserialize<Payload>(body.Span, Json) ?? throw new JsonException();
            return new HuggingFaceRequest(null, payload.Inputs, (payload.Parameters ?? new MaskOptions()).Checked());
        }
    }

    public void Dispose() => owned?.Dispose();

    private static Form FormOf(HttpRequest request)
    {
        if (FormParts.IsForm(request)) return Form.Multipart;
        string type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        return type switch
        {
            "" or "application/x-www-form-urlencoded" => Form.Unknown,
            "application/json" => Form.Json,
            "application/octet-stream" => Form.Image,
            _ when type.StartsWith("image/", StringComparison.Ordinal) => Form.Image,
            _ => throw new RuleViolationException(
                RuleKind.Unsupported, "unsupported-media-type", "Send the image as it is, or application/json with inputs in base64 and parameters."),
        };
    }

    private sealed record Payload
    {
        /// <summary>Base64 in the text.</summary>
        public required byte[] Inputs { get; init; }

        public MaskOptions? Parameters { get; init; }
    }
}
