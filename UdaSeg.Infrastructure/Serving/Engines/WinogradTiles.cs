namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>The tiles of 4×4 outputs that cover all images; with dilation d each of the d² interleaved sub-grids is tiled by itself.</summary>
internal sealed class WinogradTiles
{
    /// <summary>Outputs of a tile on a side.</summary>
    public const int Side = 4;

    private readonly (int Image, int Y, int X)[] _origins;

    public WinogradTiles(int images, int height, int width, int dilation)
    {
        (Images, Height, Width, Dilation) = (images, height, width, dilation);
        var origins = new List<(int, int, int)>();
        for (int image = 0; image < images; image++)
        {
            for (int top = 0; top < Math.Min(dilation, height); top++)
            {
                for (int left = 0; left < Math.Min(dilation, width); left++)
                {
                    for (int y = top; y < height; y += Side * dilation)
                    {
                        for (int x = left; x < width; x += Side * dilation) origins.Add((image, y, x));
                    }
                }
            }
        }

        _origins = [.. origins];
    }

    public int Images { get; }

    public int Height { get; }

    public int Width { get; }

    public int Dilation { get; }

    public int Count => _origins.Length;

    /// <summary>Pixel index (image and all) of a tile's output (row, column), or −1 outside of the image. Inputs reach from −1 to 4.</summary>
    public int Pixel(int tile, int row, int column)
    {
        (int image, int top, int left) = _origins[tile];
        int y = top + (row * Dilation), x = left + (column * Dilation);
        return (uint)y < (uint)Height && (uint)x < (uint)Width ? (((image * Height) + y) * Width) + x : -1;
    }
}

/// <summary>Some tiles in a row, which are transformed and multiplied together.</summary>
/// <param name="Tiles">All.</param>
/// <param name="Start">The first of the block.</param>
/// <param name="Count">How many it has.</param>
internal sealed record TileBlock(WinogradTiles Tiles, int Start, int Count)
{
    /// <inheritdoc cref="WinogradTiles.Pixel"/>
    public int Pixel(int tile, int row, int column) => Tiles.Pixel(Start + tile, row, column);
}
