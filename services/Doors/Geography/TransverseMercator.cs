namespace Segmentation.Doors.Geography;

/// <summary>
/// The transverse Mercator projection of WGS 84 with the numbers of UTM, by Krueger's series to the sixth order
/// (C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, 2011): exact to micrometres within
/// <see cref="MostDegrees"/> of the meridian.
/// </summary>
internal static class TransverseMercator
{
    /// <summary>Degrees from the meridian within which coordinates are converted.</summary>
    public const double MostDegrees = 40;

    private const double SemiMajorAxis = 6378137;
    private const double Flattening = 1 / 298.257223563;
    private const double Scale = 0.9996;
    private const double FalseEasting = 500_000;

    // The third flattening, the eccentricity, and the scaled radius of the sphere with the same meridian.
    private const double N = Flattening / (2 - Flattening);
    private static readonly double _eccentricity = Math.Sqrt(Flattening * (2 - Flattening));
    private static readonly double _radius =
        Scale * SemiMajorAxis / (1 + N) * (1 + (N * N / 4) + (Math.Pow(N, 4) / 64) + (Math.Pow(N, 6) / 256));

    private static readonly double[] _forward =
    [
        Series(1, 1 / 2.0, -2 / 3.0, 5 / 16.0, 41 / 180.0, -127 / 288.0, 7891 / 37800.0),
        Series(2, 13 / 48.0, -3 / 5.0, 557 / 1440.0, 281 / 630.0, -1983433 / 1935360.0),
        Series(3, 61 / 240.0, -103 / 140.0, 15061 / 26880.0, 167603 / 181440.0),
        Series(4, 49561 / 161280.0, -179 / 168.0, 6601661 / 7257600.0),
        Series(5, 34729 / 80640.0, -3418889 / 1995840.0),
        Series(6, 212378941 / 319334400.0),
    ];

    private static readonly double[] _inverse =
    [
        Series(1, 1 / 2.0, -2 / 3.0, 37 / 96.0, -1 / 360.0, -81 / 512.0, 96199 / 604800.0),
        Series(2, 1 / 48.0, 1 / 15.0, -437 / 1440.0, 46 / 105.0, -1118711 / 3870720.0),
        Series(3, 17 / 480.0, -37 / 840.0, -209 / 4480.0, 5569 / 90720.0),
        Series(4, 4397 / 161280.0, -11 / 504.0, -830251 / 7257600.0),
        Series(5, 4583 / 161280.0, -108847 / 3991680.0),
        Series(6, 20648693 / 638668800.0),
    ];

    /// <summary>Easting and northing, in metres; no numbers too far from the meridian.</summary>
    /// <param name="longitude">In degrees, of any turn.</param>
    /// <param name="latitude">In degrees.</param>
    /// <param name="meridian">The meridian, in degrees.</param>
    public static (double X, double Y) FromDegrees(double longitude, double latitude, double meridian)
    {
        var degrees = Math.IEEERemainder(longitude - meridian, 360);
        if (!(Math.Abs(degrees) <= MostDegrees))
        {
            return (double.NaN, double.NaN);
        }

        var (sin, cos) = Math.SinCos(double.DegreesToRadians(degrees));
        var tau = Conformal(Math.Tan(double.DegreesToRadians(latitude)));
        var (xi, eta) = (Math.Atan2(tau, cos), Math.Asinh(sin / Math.Sqrt((tau * tau) + (cos * cos))));
        var (dXi, dEta) = Sum(_forward, xi, eta);
        return (FalseEasting + (_radius * (eta + dEta)), _radius * (xi + dXi));
    }

    /// <summary>Longitude and latitude, in degrees; no numbers too far from the meridian.</summary>
    /// <param name="x">Easting, in metres.</param>
    /// <param name="y">Northing from the equator, in metres.</param>
    /// <param name="meridian">The meridian, in degrees.</param>
    public static (double Longitude, double Latitude) ToDegrees(double x, double y, double meridian)
    {
        var (xi, eta) = (y / _radius, (x - FalseEasting) / _radius);
        var (dXi, dEta) = Sum(_inverse, xi, eta);
        var (sin, cos) = Math.SinCos(xi - dXi);
        var sinh = Math.Sinh(eta - dEta);
        var degrees = double.RadiansToDegrees(Math.Atan2(sinh, cos));
        var wanted = sin / Math.Sqrt((sinh * sinh) + (cos * cos));
        return Math.Abs(degrees) <= MostDegrees
            ? (meridian + degrees, double.RadiansToDegrees(Math.Atan(Geodetic(wanted))))
            : (double.NaN, double.NaN);
    }

    /// <summary>The tangent of the conformal latitude, of that of the geodetic one.</summary>
    private static double Conformal(double tau)
    {
        var secant = Math.Sqrt(1 + (tau * tau));
        var sigma = Math.Sinh(_eccentricity * Math.Atanh(_eccentricity * tau / secant));
        return (tau * Math.Sqrt(1 + (sigma * sigma))) - (sigma * secant);
    }

    /// <summary>The tangent of the geodetic latitude, of that of the conformal one, by Newton's method.</summary>
    private static double Geodetic(double wanted)
    {
        const int Steps = 5;
        var rest = 1 - (_eccentricity * _eccentricity);
        var tau = wanted;
        for (var i = 0; i < Steps; i++)
        {
            var found = Conformal(tau);
            tau += (wanted - found) / Math.Sqrt(1 + (found * found))
                * (1 + (rest * tau * tau)) / (rest * Math.Sqrt(1 + (tau * tau)));
        }

        return tau;
    }

    private static (double Xi, double Eta) Sum(double[] series, double xi, double eta)
    {
        var (sumXi, sumEta) = (0.0, 0.0);
        for (var j = 1; j <= series.Length; j++)
        {
            var (sin, cos) = Math.SinCos(2 * j * xi);
            sumXi += series[j - 1] * sin * Math.Cosh(2 * j * eta);
            sumEta += series[j - 1] * cos * Math.Sinh(2 * j * eta);
        }

        return (sumXi, sumEta);
    }

    /// <summary>A polynomial of the third flattening, from the given power on.</summary>
    private static double Series(int power, params ReadOnlySpan<double> factors)
    {
        var sum = 0.0;
        for (var i = 0; i < factors.Length; i++)
        {
            sum += factors[i] * Math.Pow(N, power + i);
        }

        return sum;
    }
}
