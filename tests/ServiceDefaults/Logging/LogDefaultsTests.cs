using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.ServiceDefaults.Tests.Logging;

public sealed class LogDefaultsTests
{
    [Theory]
    [InlineData(null, "segmentation-text")]
    [InlineData("Text", "segmentation-text")]
    [InlineData("json", "segmentation-json")]
    public void AddQuietLogs_Format_ChoosesTheFormatter(string? format, string expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Segmentation:Logging:Format"] = format;

        builder.AddQuietLogs();

        Assert.Equal(expected, builder.Configuration["Logging:Console:FormatterName"]);
    }

    [Theory]
    [InlineData("xml")]
    [InlineData("7")]
    public void AddQuietLogs_UnknownFormat_NamesTheOption(string format)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Segmentation:Logging:Format"] = format;

        var error = Assert.Throws<OptionsValidationException>(() => builder.AddQuietLogs());

        Assert.Equal(
            $"Segmentation:Logging:Format is '{format}'; it must be Text or Json.", Assert.Single(error.Failures));
    }

    [Fact]
    public void AddQuietLogs_SettingsOfTheOperator_Win()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Logging:LogLevel:Orleans"] = "Debug";
        builder.Configuration["Logging:Console:FormatterName"] = "systemd";

        builder.AddQuietLogs();

        Assert.Equal("Debug", builder.Configuration["Logging:LogLevel:Orleans"]);
        Assert.Equal("systemd", builder.Configuration["Logging:Console:FormatterName"]);
        Assert.Equal("Warning", builder.Configuration["Logging:LogLevel:Grpc"]);
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Http2", false)]
    public async Task AddQuietLogs_WhatBytesOfStrangersMakeOfKestrel_IsNoWarning(string category, bool hasErrors)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddQuietLogs();
        await using var app = builder.Build();

        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.False(logger.IsEnabled(LogLevel.Warning));
        Assert.Equal(hasErrors, logger.IsEnabled(LogLevel.Critical));
    }
}
