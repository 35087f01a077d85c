using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Segmentation.Sam.Runtime;

namespace Segmentation.Cli.Diagnosis;

/// <summary>Versions, the processor, memory, and execution providers.</summary>
internal static class MachineChecks
{
    private const double GiB = 1L << 30;

    /// <summary>Version of this program, with the commit that it was built from where the build knew it.</summary>
    public static string Version { get; } = typeof(MachineChecks).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Tells the versions.</summary>
    public static IEnumerable<Finding> Versions() =>
    [
        Finding.Ok("segctl", Version),
        Finding.Ok(
            "system",
            $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, "
                + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()),
    ];

    /// <summary>Tells what computing depends on: cores, memory and instructions.</summary>
    public static IEnumerable<Finding> Processor()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / GiB;
        var found = string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {memory:0.0} GiB of memory for this process, {Instructions()}");
        yield return Avx2.IsSupported || AdvSimd.IsSupported
            ? Finding.Ok("processor", found)
            : Finding.Warning(
                "processor",
                found,
                "Encoding and decoding are many times slower without AVX2 or NEON: use another processor, or give the virtual "
                    + "machine the instructions of its host.");
    }

    /// <summary>Tells which execution providers can be used, and what the others lack.</summary>
    public static IEnumerable<Finding> Providers()
    {
        yield return Finding.Ok("onnx runtime", ProviderSurvey.OnnxRuntimeVersion);
        foreach (var (provider, isBuiltIn, fault, remedy) in ProviderSurvey.Look())
        {
            var name = $"provider {provider}";
            yield return fault is null ? Finding.Ok(name, "can be used")
                : isBuiltIn ? Finding.Warning(name, $"cannot be used: {fault}", $"{remedy}. Encoders on the CPU do not need this provider.")
                : Finding.Ok(name, $"{fault}; only encoders on a GPU need it ({remedy})");
        }
    }

    private static string Instructions()
    {
        (string Name, bool Has)[] known =
        [
            ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512", Avx512F.IsSupported),
            ("NEON", AdvSimd.IsSupported), ("dot products", Dp.IsSupported),
        ];
        var has = known.Where(one => one.Has).Select(one => one.Name).ToList();
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return $"{(has.Count > 0 ? string.Join(", ", has) : "no vector instructions that matter")}, vectors of {width} bits";
    }
}
