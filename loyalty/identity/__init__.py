"""Who is who: whom documents mean, by what signs people are known, and who turned out to be one person."""
