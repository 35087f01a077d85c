using System.Security.Cryptography;
using Segmentation.Models;

namespace Segmentation.Cli.Catalogue;

/// <summary>
/// A model's folder while it is filled: hidden until it is complete, gone if it never is. What a killed program left is
/// removed when the same model is added again.
/// </summary>
internal sealed class StagedModel : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly string _final;
    private readonly FileStream _lock;

    /// <param name="root">The folder of models; made if there is none.</param>
    /// <param name="id">The model's id.</param>
    /// <exception cref="ModelException">There is such a model, or another program is adding one.</exception>
    public StagedModel(string root, string id)
    {
        _final = Path.Combine(root, id);
        Folder = Path.Combine(root, $".adding-{id}");
        Directory.CreateDirectory(root);
        if (Directory.Exists(_final))
        {
            throw new ModelException(
                $"There is a model '{id}' in '{root}' already. Choose another --id, or remove it: "
                + $"segctl models remove {id}.");
        }

        var lockPath = $"{Folder}.lock";
        try
        {
            _lock = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(lockPath))
        {
            throw new ModelException($"Another program is adding the model '{id}' to '{root}'.", exception);
        }

        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Folder);
    }

    /// <summary>The folder to fill.</summary>
    public string Folder { get; }

    /// <summary>Copies a file into the folder and describes it.</summary>
    /// <param name="source">The file.</param>
    /// <param name="name">Its name in the folder.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    public GraphFile Copy(string source, string name, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var input = File.OpenRead(source);
        using var output = new FileStream(Path.Combine(Folder, name), FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[BufferBytes];
        long size = 0;
        for (int read; (read = input.Read(buffer)) > 0; size += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            output.Write(buffer, 0, read);
        }

        return new GraphFile(name, Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    /// <summary>Describes a file that lies in the folder.</summary>
    public GraphFile Describe(string name)
    {
        using var stream = File.OpenRead(Path.Combine(Folder, name));
        return new GraphFile(name, Convert.ToHexStringLower(SHA256.HashData(stream)), stream.Length);
    }

    /// <summary>Makes the folder the model's.</summary>
    public void Publish() => Directory.Move(Folder, _final);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        File.Delete(_lock.Name);
        _lock.Dispose();
    }
}
