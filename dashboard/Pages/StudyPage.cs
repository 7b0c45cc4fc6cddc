using Microsoft.AspNetCore.Components;

namespace TuneGraph.Dashboard.Pages;

/// <summary>What the pages of a study have in common: the study, or a page that says there is none.</summary>
public abstract class StudyPage : ComponentBase
{
    /// <summary>The study's name in the address.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    internal StudyFeeds Feeds { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    internal StudyView? View { get; private set; }

    internal StudyState State { get; private set; }

    internal StudyPlace? Place { get; private set; }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        if (Feeds.Find(Id) is not { } feed)
        {
            Navigation.NotFound();
            return;
        }

        Place = feed.Place;
        feed.Look(view =>
        {
            (View, State) = (view, feed.StateOf(view));
            _ = view.Space;             // worked out now: later the study may be changed by another visitor's request
            Read(view);
            return true;
        });
    }

    /// <summary>Takes from the study what the page shows; nobody changes the study meanwhile.</summary>
    private protected virtual void Read(StudyView view)
    {
    }
}
