using Segmentation.Formats;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Transfers.Exports;

/// <summary>A picture of an export with all its masks.</summary>
/// <param name="Row">The picture.</param>
/// <param name="Picture">The picture as formats take it.</param>
internal sealed record ExportPicture(PictureRow Row, DatasetPicture Picture);
