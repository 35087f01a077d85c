namespace Segmentation.Projects.Storage.Rows;

/// <summary>State of a picture in a job.</summary>
internal enum JobPictureState
{
    /// <summary>Not finished.</summary>
    Todo = 1,

    /// <summary>Finished.</summary>
    Done = 2,

    /// <summary>Passed over.</summary>
    Skipped = 3,
}
