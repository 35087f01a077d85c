using Microsoft.ML.OnnxRuntime;
using Segmentation.Cli.Commands;
using Segmentation.Models;
using Segmentation.Sam.Images.Errors;
using Segmentation.Sam.Runtime;

namespace Segmentation.Cli.Catalogue;

/// <summary>Turns the errors of models and their files into one sentence.</summary>
internal static class CatalogueErrors
{
    /// <summary>Runs something and words its errors.</summary>
    /// <exception cref="CliException">The model or its files are at fault.</exception>
    public static T Tell<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception error) when (error is ModelException or RuntimeUnavailableException or InvalidDataException
            or IOException or UnauthorizedAccessException or ImageException)
        {
            throw new CliException(error.Message, innerException: error);
        }
        catch (OnnxRuntimeException error)
        {
            throw new CliException(
                $"ONNX Runtime cannot run a graph of this model: {FirstLine(error.Message)}", innerException: error);
        }
    }

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();
}
