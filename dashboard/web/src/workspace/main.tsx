import './workspace.css';
