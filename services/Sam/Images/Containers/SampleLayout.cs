namespace Segmentation.Sam.Images.Containers;

/// <summary>Meaning of a pixel's samples: colours and alpha; others are ignored.</summary>
/// <param name="Colours">Samples that are colours, from the first: 1 grey or a palette's index, 3 RGB, 4 CMYK.</param>
/// <param name="Extras">Samples behind them.</param>
/// <param name="Alpha">Index of alpha among the extras, or -1 where none of them is.</param>
/// <param name="IsPremultiplied">True when the colours were multiplied by alpha.</param>
internal sealed record SampleLayout(int Colours, int Extras, int Alpha, bool IsPremultiplied);
