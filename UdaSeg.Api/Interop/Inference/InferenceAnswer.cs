using System.Runtime.InteropServices;
using System.Text.Json;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.Interop.Inference;

/// <summary>The answer's body: JSON, and behind it the outputs that are wanted as bytes. Dispose it when it has been sent.</summary>
internal sealed class InferenceAnswer : IDisposable
{
    /// <summary>Beyond it the text of an output takes hundreds of megabytes.</summary>
    private const int MostNumbers = 1 << 23;

    private const int FlushBytes = 1 << 16;

    private readonly PooledStream _body = new();

    public ReadOnlyMemory<byte> Body => _body.Written;

    /// <summary>Where the bytes begin; null when there are none.</summary>
    public int? JsonLength { get; private set; }

    public static InferenceAnswer Write(InferenceRequest request, string name, Guid version, SegmentationResult result)
    {
        if (result.Labels.Labels.Length > MostNumbers && request.Wanted.Any(o => !o.Binary))
        {
            throw InferenceRequestReader.Unusable($"An output of more than {MostNumbers} numbers comes as bytes only: ask for it with {InferenceRequest.BinaryOutput}.");
        }

        InferenceAnswer answer = new();
        try
        {
            answer.WriteJson(request, name, version, result);
            if (!request.Wanted.Any(o => o.Binary)) return answer;
            answer.JsonLength = (int)answer._body.Length;
            foreach ((string output, _) in request.Wanted.Where(o => o.Binary)) answer._body.Write(BytesOf(output, result));
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    public void Dispose() => _body.Dispose();

    private void WriteJson(InferenceRequest request, string name, Guid version, SegmentationResult result)
    {
        using Utf8JsonWriter json = new(_body);
        json.WriteStartObject();
        json.WriteString("model_name", name);
        json.WriteString("model_version", version);
        if (request.Id is { } id) json.WriteString("id", id);
        json.WriteStartArray("outputs");
        foreach ((string output, bool binary) in request.Wanted) WriteOutput(json, output, binary, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, string name, bool binary, SegmentationResult result)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("datatype", name == InferenceRequest.Labels ? TensorTypes.UInt8 : TensorTypes.Float);
        json.WriteStartArray("shape");
        json.WriteNumberValue(result.Labels.Height);
        json.WriteNumberValue(result.Labels.Width);
        json.WriteEndArray();
        if (binary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber(InferenceRequest.BinarySize, BytesOf(name, result).Length);
            json.WriteEndObject();
        }
        else
        {
            WriteNumbers(json, name, result);
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, SegmentationResult result)
    {
        json.WriteStartArray("data");
        for (int i = 0; i < result.Labels.Labels.Length; i++)
        {
            if (name == InferenceRequest.Labels) json.WriteNumberValue(result.Labels.Labels[i]);
            else json.WriteNumberValue(result.Confidence![i]);
            if (json.BytesPending > FlushBytes) json.Flush();
        }

        json.WriteEndArray();
    }

    // Little-endian, as the extension demands and as every machine that this runs on stores them.
    private static ReadOnlySpan<byte> BytesOf(string output, SegmentationResult result) =>
        output == InferenceRequest.Labels ? result.Labels.Labels : MemoryMarshal.AsBytes<float>(result.Confidence);
}
