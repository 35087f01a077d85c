using System.Text;
using Segmentation.Evaluation.Results;

namespace Segmentation.Evaluation.Tests.Results;

public sealed class ResultsFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly List<(string Name, int Masks)> _pictures = [("a.png", 2), ("b.png", 1)];

    [Fact]
    public void Read_WhatWasAdded_IsTheSame()
    {
        var a = new[] { Records.Of("a.png", 0, 0.5, 0.25), Records.Of("a.png", 1, 1) };
        Write(a);

        var read = ResultsFile.Read(_path);

        Assert.Equal(a.Select(Text), read.Select(Text));
    }

    /// <summary>Wherever a run was killed, the next one ends with the same bytes.</summary>
    [Fact]
    public void Continue_FileCutOffAnywhere_EndsWithTheSameBytes()
    {
        MaskRecord[] a = [Records.Of("a.png", 0, 0.5, 0.25), Records.Of("a.png", 1, 1)];
        MaskRecord[] b = [Records.Of("b.png", 0, 0.75)];
        Write(a, b);
        var whole = File.ReadAllBytes(_path);
        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(_path, whole[..length]);
            using (var results = ResultsFile.Continue(_path, _pictures))
            {
                Assert.Contains(results.Records.Count, new[] { 0, 2 });
                if (results.Records.Count == 0)
                {
                    results.Add(a);
                }

                results.Add(b);
            }

            Assert.Equal(whole, File.ReadAllBytes(_path));
        }
    }

    [Fact]
    public void Continue_ResultsOfOtherData_AreRefused()
    {
        Write([Records.Of("other.png", 0, 0.5), Records.Of("other.png", 1, 0.5)]);

        var error = Assert.Throws<FormatException>(() => ResultsFile.Continue(_path, _pictures));

        Assert.Contains("results of other data: mask 0 of other.png", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);

    private static string Text(MaskRecord record) => Encoding.UTF8.GetString(RecordText.Write(record));

    private void Write(params MaskRecord[][] pictures)
    {
        File.WriteAllBytes(_path, []);
        using var results = ResultsFile.Continue(_path, []);
        foreach (var picture in pictures)
        {
            results.Add(picture);
        }
    }
}
