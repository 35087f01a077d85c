using System.CommandLine.Parsing;
using System.Text.Json;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>Reads grids of points as <c>--point-grids</c> takes them: a JSON array of grids, each of [x, y].</summary>
internal static class PointGridsFile
{
    public static IReadOnlyList<IReadOnlyList<GridPoint>>? Parse(ArgumentResult result)
    {
        const string Form = "write a JSON array of grids, one a layer, each an array of [x, y] from 0 to 1";
        var path = result.Tokens[0].Value;
        try
        {
            var grids = JsonSerializer.Deserialize<double[][][]>(File.ReadAllText(path)) ?? [];
            if (grids.All(grid => grid?.All(point => point?.Length == 2) == true))
            {
                return [.. grids.Select(grid => grid.Select(p => new GridPoint(p[0], p[1])).ToArray())];
            }

            result.AddError($"{path} has a point that is not [x, y]: {Form}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            result.AddError($"{path} has no point grids ({error.Message.TrimEnd('.')}): {Form}.");
        }

        return null;
    }
}
