using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Methods.Bdl;
using UdaSeg.Infrastructure.Torch.Methods.Cag;
using UdaSeg.Infrastructure.Torch.Methods.CoarseToFine;
using UdaSeg.Infrastructure.Torch.Methods.Dtst;
using UdaSeg.Infrastructure.Torch.Methods.Fada;
using UdaSeg.Infrastructure.Torch.Methods.Fda;
using UdaSeg.Infrastructure.Torch.Methods.Ida;

namespace UdaSeg.Infrastructure.Torch.Methods;

internal static class TrainingMethods
{
    public static ITrainingMethod Of(TrainingMethod method) => method switch
    {
        TrainingMethod.CoarseToFine or TrainingMethod.SourceOnly => new CoarseToFineMethod(),
        TrainingMethod.Fda => new FdaMethod(),
        TrainingMethod.Cag => new CagMethod(),
        TrainingMethod.Fada => new FadaMethod(),
        TrainingMethod.Ida => new IdaMethod(),
        TrainingMethod.Dtst => new DtstMethod(),
        TrainingMethod.Bdl => new BdlMethod(),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "There is no such method."),
    };
}
