namespace UdaSeg.Domain.Training.Estimates;

/// <summary>[Images, Channels, Height, Width].</summary>
public sealed record TensorShape(int Images, int Channels, int Height, int Width);

/// <summary>What one operator of a training step costs.</summary>
/// <param name="Name">As the parameters are named, such as <c>backbone.layer1.0.conv1</c>.</param>
/// <param name="Operator">Such as <c>convolution</c>.</param>
/// <param name="Output">Its result.</param>
/// <param name="Parameters">Values that are learnt.</param>
/// <param name="Statistics">Values that are not: a batch norm's running mean and variance.</param>
/// <param name="Flops">Of the forward pass: 2 for each multiplication and addition of a convolution; other operators count as nothing beside them.</param>
/// <param name="KeptBytes">Kept for the backward pass from here on; a tensor that several operators keep counts with the first of them.</param>
/// <param name="HeldBytes">The result, where autograd never reads it but the step's dispose scope keeps it alive until the step ends.</param>
/// <param name="TemporaryBytes">Gradients and work space while its backward pass runs.</param>
/// <param name="ReleasedBytes">Of <paramref name="KeptBytes"/>, what goes back when its backward pass has run; the rest is also held.</param>
public sealed record LayerCost(
    string Name,
    string Operator,
    TensorShape Output,
    long Parameters,
    long Statistics,
    double Flops,
    long KeptBytes,
    long HeldBytes,
    long TemporaryBytes,
    long ReleasedBytes);
