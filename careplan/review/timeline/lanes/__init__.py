"""One file a kind of lane. Each places its marks on a sheet, from ``y`` down."""
