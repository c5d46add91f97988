using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Api.Alignments;

/// <summary>The alignment's parameters as JSON bodies have them.</summary>
internal static class AlignmentFields
{
    /// <returns>Defaults where a field is absent, or after a fault was added.</returns>
    public static AlignmentSettings Read(string? scheme, double? beta, double? fourierBeta, FaultList faults)
    {
        faults.Require(beta is null or (>= 0 and <= 100), "beta", "A number from 0 to 100 is needed.");
        faults.Require(fourierBeta is null or (>= 0 and <= 0.5), "fourierBeta", "A number from 0 to 0.5 is needed.");
        return new AlignmentSettings(
            EnumNames.Read(scheme, AlignmentScheme.Hybrid, "scheme", faults),
            beta ?? AlignmentSettings.DefaultBeta,
            fourierBeta ?? AlignmentSettings.DefaultFourierBeta);
    }
}
