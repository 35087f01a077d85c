using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>Outcome of adding a picture.</summary>
/// <param name="Row">The picture.</param>
/// <param name="IsNew">False: the project had the file already.</param>
internal sealed record AddedPicture(PictureRow Row, bool IsNew);
