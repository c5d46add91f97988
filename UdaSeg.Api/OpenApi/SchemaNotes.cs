using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.OpenApi;

/// <summary>What reflection cannot tell: names of enums, and types with converters of their own.</summary>
internal sealed class SchemaNotes : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema found) return;
        if (context.MemberInfo?.GetCustomAttribute<OneOfAttribute>() is { } choices) Choose(found, choices);
        else if (context.MemberInfo is null && context.Type.IsEnum) Choose(found, new OneOfAttribute(context.Type));
        if (context.MemberInfo is { Name: nameof(CreateDataset.Labels) } member && member.DeclaringType == typeof(CreateDataset))
        {
            found.Type = JsonSchemaType.String | JsonSchemaType.Null;
            found.Default = "labels";
        }

        if (context.MemberInfo is null) AdmitNulls(found, context);
        if (context.MemberInfo is null && context.Type == typeof(CreateDataset)) found.Required?.Remove("labels");
        if (context.MemberInfo is null && context.Type == typeof(PixelSize)) found.Description = "In pixels. Read as {width, height} or [width, height].";
    }

    /// <summary>A property of a named type says by itself only what the type is, not that it may be null.</summary>
    private static void AdmitNulls(OpenApiSchema schema, SchemaFilterContext context)
    {
        NullabilityInfoContext nulls = new();
        foreach (PropertyInfo property in context.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (schema.Properties is null || !schema.Properties.TryGetValue(name, out IOpenApiSchema? shown)) continue;
            if (shown is not OpenApiSchemaReference reference || nulls.Create(property).ReadState != NullabilityState.Nullable) continue;
            string? description = reference.Reference.Description;
            reference.Reference.Description = null;
            schema.Properties[name] = new OpenApiSchema { Description = description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, reference] };
        }
    }

    private static void Choose(OpenApiSchema schema, OneOfAttribute choices)
    {
        bool nullable = schema.Type?.HasFlag(JsonSchemaType.Null) == true;
        schema.Type = nullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Format = null;
        schema.Enum = [.. EnumNames.Of(choices.Type).Where(n => n != choices.Except).Select(n => (JsonNode)n)];
        if (choices.Default is not null) schema.Default = choices.Default;
    }
}

/// <summary>Query parameters that handlers read as text, to answer 422 with the choices, are shown as what they are.</summary>
internal sealed class ParameterNotes : IParameterFilter
{
    public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
    {
        if (parameter is not OpenApiParameter found || context.ParameterInfo is not { } info) return;
        if (info.GetCustomAttribute<OneOfAttribute>() is { } choices)
        {
            JsonNode[] names = [.. EnumNames.Of(choices.Type).Where(n => n != choices.Except).Select(n => (JsonNode)n)];
            found.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = names, Default = choices.Default };
        }
        else if (info.GetCustomAttribute<NumberAttribute>() is { } number)
        {
            found.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Minimum = number.Min.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Maximum = number.Max.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Default = number.Absent,
            };
        }
        else if (info.GetCustomAttribute<WordsAttribute>() is { } words)
        {
            OpenApiSchema word = new() { Type = JsonSchemaType.String, Enum = [.. words.Words.Select(w => (JsonNode)w)] };
            found.Schema = words.Many ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = word } : word;
            if (words.Many) (found.Style, found.Explode) = (ParameterStyle.Form, false);
        }
    }
}
