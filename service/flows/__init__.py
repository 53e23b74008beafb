"""What Closeout does: each flow gathers, decides in the domain, and acts through the ports."""
