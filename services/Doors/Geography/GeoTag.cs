namespace Segmentation.Doors.Geography;

/// <summary>Tags of TIFF and of GeoTIFF (OGC 19-008r4) that give the pixels places on the map.</summary>
internal enum GeoTag : ushort
{
    /// <summary>Columns.</summary>
    ImageWidth = 256,

    /// <summary>Rows.</summary>
    ImageLength = 257,

    /// <summary>Sides at which the first row and column are shown, 1 to 8; 1 is upright.</summary>
    Orientation = 274,

    /// <summary>Size of a pixel on the map: x, y and z.</summary>
    ModelPixelScale = 33550,

    /// <summary>Places in the picture with their coordinates, six numbers each.</summary>
    ModelTiepoint = 33922,

    /// <summary>The affine map, as 4 x 4 numbers.</summary>
    ModelTransformation = 34264,

    /// <summary>The coordinate reference system, as keys.</summary>
    GeoKeyDirectory = 34735,

    /// <summary>Numbers that keys refer to.</summary>
    GeoDoubleParams = 34736,

    /// <summary>Text that keys refer to.</summary>
    GeoAsciiParams = 34737,
}
