using Segmentation.Cli.Commands;
using Segmentation.Models;

namespace Segmentation.Cli.Checking;

/// <summary>Runs <c>segctl models list</c>.</summary>
internal static class ModelLister
{
    public static int Run(CancellationToken cancellationToken)
    {
        foreach (var id in ModelCatalog.Default.List())
        {
            try
            {
                var model = ModelCatalog.Default.Open(id);
                model.Verify(cancellationToken);
                Console.Out.WriteLine($"{id}  version {model.Manifest.Version}  sha256 {model.Digest}  verified");
            }
            catch (ModelException error)
            {
                throw new CliException(error.Message, innerException: error);
            }
        }

        return CommandRunner.Success;
    }
}
