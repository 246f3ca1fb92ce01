"""The combined timeline: frozen data in, SVG and tables out. Knows no Django."""
