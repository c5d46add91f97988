using System.Text.Json;
using Microsoft.Net.Http.Headers;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Requests;

/// <summary>What a body of JSON may be, wherever it is read: unlike a file it is held in memory several times over while it is parsed.</summary>
internal static class JsonBodies
{
    /// <summary>Levels of objects and arrays; the interface's own bodies have six.</summary>
    public const int MaxDepth = 32;

    /// <summary>Null where none may be, a member that comes twice, and deep nests are malformed, not a surprise later.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
    }

    /// <summary>Other tools write images as text into their bodies: these may be as large as any upload.</summary>
    public static TBuilder ReadsImagesInJson<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ImagesInJson());

    /// <summary>Keeps <see cref="LimitSettings.MaxJsonBytes"/>; other bodies keep their own limits where they are read.</summary>
    public static void UseJsonLimit(this WebApplication app)
    {
        LimitSettings limits = app.Services.GetRequiredService<UdaSegSettings>().Limits;
        app.Use((context, next) =>
        {
            bool images = context.GetEndpoint()?.Metadata.GetMetadata<ImagesInJson>() is not null;
            if (context.Request.HasJsonContentType())
            {
                RequireUtf8(context.Request);
                context.Request.Body = FormParts.Limited(context.Request, images ? limits.MaxUploadBytes : limits.MaxJsonBytes);
            }

            return next(context);
        });
    }

    // JSON on the wire is UTF-8 (RFC 8259, 8.1); the framework would look for an encoding of whatever name came.
    private static void RequireUtf8(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || !type.Charset.HasValue) return;
        if (HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return;
        throw new RuleViolationException(RuleKind.Unsupported, "unsupported-media-type", "A body of JSON is read as UTF-8 only.");
    }

    /// <summary>A string that was left unread; half of a surrogate pair in it is found out only now.</summary>
    /// <exception cref="JsonException">When it cannot be read.</exception>
    public static string Text(JsonElement element, string field)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("The text holds half of a surrogate pair.", "$." + field, null, null, fault);
        }
    }

    private sealed class ImagesInJson;
}
