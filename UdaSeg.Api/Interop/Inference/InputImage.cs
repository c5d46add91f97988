using System.Buffers.Binary;
using System.Text.Json;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;

namespace UdaSeg.Api.Interop.Inference;

/// <summary>The image of an inference request: a file, or pixels.</summary>
/// <param name="File">Empty when there are pixels.</param>
/// <param name="Pixels">Null when there is a file.</param>
internal sealed record InputImage(ReadOnlyMemory<byte> File, RgbImage? Pixels)
{
    /// <param name="request">Its one input is read.</param>
    /// <param name="binary">The bytes behind the JSON.</param>
    /// <param name="maxPixels">Refused beyond it.</param>
    /// <exception cref="RuleViolationException"><c>invalid-inference</c> (400, 422), <c>image-too-large</c> (413).</exception>
    public static InputImage Of(InferenceRequest request, ReadOnlyMemory<byte> binary, long maxPixels)
    {
        if (request.Inputs is not [{ Name: InferenceRequest.Image } input])
        {
            throw InferenceRequestReader.Unusable($"One input is needed, and its name is '{InferenceRequest.Image}'.");
        }

        bool behind = BinarySize(input) is { } size && (size == binary.Length
            ? true
            : throw InferenceRequestReader.Malformed($"{InferenceRequest.BinarySize} is {size}, but {binary.Length} bytes follow the JSON."));
        if (!behind && binary.Length > 0) throw InferenceRequestReader.Malformed($"Bytes follow the JSON, but no input has {InferenceRequest.BinarySize}.");
        if (behind == input.Data is not null) throw InferenceRequestReader.Malformed("An input has either data or bytes behind the JSON.");
        return input.DataType switch
        {
            TensorTypes.Bytes => new InputImage(FileOf(input, binary), null),
            TensorTypes.UInt8 => new InputImage(default, PixelsOf(input, input.Data?.Numbers ?? binary, maxPixels)),
            _ => throw InferenceRequestReader.Unusable($"The input is {TensorTypes.Bytes} or {TensorTypes.UInt8}, not '{input.DataType}'."),
        };
    }

    private static long? BinarySize(RequestInput input)
    {
        if (input.Parameters?.TryGetValue(InferenceRequest.BinarySize, out JsonElement size) != true) return null;
        return size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out long bytes)
            ? bytes
            : throw InferenceRequestReader.Malformed($"{InferenceRequest.BinarySize} must be a whole number.");
    }

    private static ReadOnlyMemory<byte> FileOf(RequestInput input, ReadOnlyMemory<byte> binary)
    {
        if (input.Shape.Count > 2 || input.Shape.Any(d => d != 1)) throw InferenceRequestReader.Unusable("An encoded image has the shape [1] or [1, 1].");
        if (input.Data is { } data)
        {
            return data.Strings is [{ Length: > 0 } file] ? file : throw InferenceRequestReader.Unusable("The data must be one string: the image file in base64.");
        }

        // One element: its length in four bytes, the lowest first, and the file.
        return binary.Length > 4 && BinaryPrimitives.ReadUInt32LittleEndian(binary.Span) == binary.Length - 4
            ? binary[4..]
            : throw InferenceRequestReader.Malformed("The bytes must be one element: its length as four bytes, little-endian, then the image file.");
    }

    private static RgbImage PixelsOf(RequestInput input, ReadOnlyMemory<byte> bytes, long maxPixels)
    {
        if (input.Shape is not ([>= 1, >= 1, 3] or [1, >= 1, >= 1, 3]))
        {
            throw InferenceRequestReader.Unusable("Pixels have the shape [height, width, 3] or [1, height, width, 3].");
        }

        (long height, long width) = (input.Shape[^3], input.Shape[^2]);
        if (height > int.MaxValue || width > int.MaxValue || height * width > maxPixels)
        {
            throw new RuleViolationException(RuleKind.TooLarge, "image-too-large", $"The image has more than {maxPixels} pixels.")
            {
                Exceeded = (maxPixels, (long)Math.Min((double)height * width, long.MaxValue)),
            };
        }

        long expected = height * width * 3;
        if (expected != bytes.Length) throw InferenceRequestReader.Unusable($"The shape needs {expected} values, and there are {bytes.Length}.");
        byte[] pixels = PixelPool.Rent<byte>(bytes.Length);
        bytes.Span.CopyTo(pixels);
        return new RgbImage((int)width, (int)height, pixels);
    }
}
