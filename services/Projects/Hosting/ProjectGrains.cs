using Segmentation.Projects.Runs.Grains;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Hosting;

/// <summary>Makes a silo one that does the background work of projects.</summary>
public static class ProjectGrains
{
    /// <summary>
    /// Adds the grains of runs and their reminders, which lie in the record of projects. Needs
    /// <see cref="ProjectsServices.AddProjects"/> on the same host.
    /// </summary>
    /// <param name="silo">The silo: of the cluster of projects, or Standalone's.</param>
    public static ISiloBuilder AddProjectGrains(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.AddReminders();
        silo.Services.AddSingleton<IReminderTable>(services => new DatabaseReminderTable(
            services.GetRequiredService<IProjectsDbFactory>(),
            () => services.GetRequiredService<DatabaseStart>().HasTables));
        silo.Services.AddHostedService<RunScan>();
        return silo;
    }
}
