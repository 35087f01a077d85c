using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Geography;

namespace Segmentation.Doors.Samgeo;

/// <summary>Finds the pixels of prompts, which come as pixels or as coordinates of <c>point_crs</c>.</summary>
internal sealed partial class PromptPlaces
{
    private const string Field = "point_crs";
    private const int LonLat = 4326;

    private readonly Georeference? _georeference;
    private readonly string? _name;
    private readonly Func<double, double, (double X, double Y)> _convert = (x, y) => (x, y);

    /// <param name="name">Text of <c>point_crs</c>; null: prompts are in pixels.</param>
    /// <param name="georeference">Where the picture lies; null where it does not say.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: coordinates of this system cannot be placed.</exception>
    public PromptPlaces(string? name, Georeference? georeference)
    {
        if (name is null)
        {
            return;
        }

        _name = DoorText.Quote(name);
        _georeference = georeference ?? throw DoorProblem.Invalid(
            Field,
            $"{_name}: the picture does not say where it lies. Send a GeoTIFF, or leave {Field} out and send pixels.");
        var code = CodeOf(name)
            ?? throw DoorProblem.Invalid(Field, $"{_name}: write it as EPSG:CODE, for example EPSG:4326.");
        if (code == georeference.Epsg)
        {
            return;
        }

        var own = georeference.Epsg is { } epsg
            ? $"EPSG:{epsg.ToString(CultureInfo.InvariantCulture)}"
            : "a system without an EPSG code";
        if (georeference.Epsg is not { } target
            || MapProjection.Of(code) is not { } from
            || MapProjection.Of(target) is not { } to)
        {
            throw DoorProblem.Invalid(
                Field,
                $"{_name}: the picture is in {own}. Coordinates are taken in the picture's own system, and converted among "
                    + $"{MapProjection.Known}.");
        }

        _convert = (x, y) => from.To(to, x, y);
    }

    /// <summary>The pixel of a point.</summary>
    /// <param name="x">x, or the longitude, or the column.</param>
    /// <param name="y">y, or the latitude, or the row.</param>
    /// <param name="field">Path of the point, for errors.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: coordinates outside of the picture.</exception>
    public (float Column, float Row) Point(double x, double y, string field)
    {
        if (_georeference is null)
        {
            return ((float)x, (float)y);
        }

        var (column, row) = Pixel(x, y);
        return _georeference.Contains(column, row) ? ((float)column, (float)row) : throw Outside(field);
    }

    /// <summary>The pixels of a box, cut off at the picture's edges.</summary>
    /// <param name="corners">x and y of one corner, x and y of the opposite one.</param>
    /// <param name="field">Path of the box, for errors.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: coordinates outside of the picture.</exception>
    public float[] Box(double[] corners, string field)
    {
        if (_georeference is null)
        {
            return [.. corners.Select(corner => (float)corner)];
        }

        var (left, top) = Pixel(corners[0], corners[1]);
        var (right, bottom) = Pixel(corners[2], corners[3]);
        (left, right) = (Math.Max(Math.Min(left, right), 0), Math.Min(Math.Max(left, right), _georeference.Width));
        (top, bottom) = (Math.Max(Math.Min(top, bottom), 0), Math.Min(Math.Max(top, bottom), _georeference.Height));
        return left <= right && left < _georeference.Width && top <= bottom && top < _georeference.Height
            ? [(float)left, (float)top, (float)right, (float)bottom]
            : throw Outside(field);
    }

    /// <summary>The pixel in which coordinates lie; as with rasterio's <c>rowcol</c> a whole number.</summary>
    private (double Column, double Row) Pixel(double x, double y)
    {
        var (ownX, ownY) = _convert(x, y);
        var (column, row) = _georeference!.Map.ToPixels(ownX, ownY);
        return (Math.Floor(column), Math.Floor(row));
    }

    private RpcException Outside(string field) => DoorProblem.Invalid(
        field,
        $"These coordinates in {_name} lie outside of the picture. x comes first: in EPSG:4326 the longitude.");

    private static int? CodeOf(string name)
    {
        var match = Code().Match(name);
        return !match.Success ? null
            : match.Groups["code"].ValueSpan.IsEmpty ? LonLat
            : int.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"^(EPSG:|urn:ogc:def:crs:EPSG:[\d.]{0,10}:)(?<code>\d{4,6})\z|^(OGC:|urn:ogc:def:crs:OGC:1\.3:)CRS84\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex Code();
}
