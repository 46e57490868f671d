"""Many units side by side: bands, funnels, small areas, case mix and reliability."""
