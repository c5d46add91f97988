using UdaSeg.Domain.Labels;

namespace UdaSeg.Demo.Scenes;

/// <summary>The demo's nine classes, in the order and colours of Cityscapes; a client posts <see cref="All"/> under <see cref="Name"/>.</summary>
internal static class DemoClasses
{
    public const string Name = "demo-street-9";

    public const byte Road = 0;
    public const byte Sidewalk = 1;
    public const byte Building = 2;
    public const byte Vegetation = 3;
    public const byte Sky = 4;
    public const byte Pole = 5;
    public const byte Sign = 6;
    public const byte Car = 7;
    public const byte Person = 8;

    public static IReadOnlyList<LabelClass> All { get; } =
    [
        new(Road, "road", [128, 64, 128]),
        new(Sidewalk, "sidewalk", [244, 35, 232]),
        new(Building, "building", [70, 70, 70]),
        new(Vegetation, "vegetation", [107, 142, 35]),
        new(Sky, "sky", [70, 130, 180]),
        new(Pole, "pole", [153, 153, 153]),
        new(Sign, "sign", [220, 220, 0]),
        new(Car, "car", [0, 0, 142]),
        new(Person, "person", [220, 20, 60]),
    ];
}
