using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Projects.Configuration;

namespace Segmentation.Projects.Storage;

/// <summary>Adds the record to a host.</summary>
internal static class StorageServices
{
    /// <summary>Adds the database, its start, and the health check <c>projects-database</c>.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSection<ProjectsOptions, ProjectsOptionsValidator>(ProjectsOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHealthChecks().AddCheck<DatabaseHealth>("projects-database");
        return services
            .AddSingleton(provider => Open(provider.GetRequiredService<IOptions<ProjectsOptions>>().Value))
            .AddSingleton<IProjectsDbFactory>(provider => provider.GetRequiredService<ProjectsDbFactory>())
            .AddSingleton<Migrator>()
            .AddSingleton<DatabaseStart>()
            .AddHostedService(provider => provider.GetRequiredService<DatabaseStart>());
    }

    /// <summary>Opens the database that options name; the data folder is created.</summary>
    /// <exception cref="InvalidDataException">The data folder cannot be created.</exception>
    public static ProjectsDbFactory Open(ProjectsOptions options)
    {
        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            return ProjectsDbFactory.Postgres(options.ConnectionString);
        }

        var folder = Path.GetFullPath(options.DataFolder);
        if (options.OpensWhenUsed)
        {
            return ProjectsDbFactory.Sqlite(Path.Combine(folder, ProjectsDbFactory.FileName));
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"{ProjectsOptions.Section}:{nameof(ProjectsOptions.DataFolder)}: the folder '{folder}' cannot be "
                    + "created: "
                + exception.Message,
                exception);
        }

        return ProjectsDbFactory.Sqlite(Path.Combine(folder, ProjectsDbFactory.FileName));
    }
}
